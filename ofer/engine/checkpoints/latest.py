"""The checkpoint to resume a training from."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.logging import print_log

from ofer.compat import UnsafeCheckpointError, load_checkpoint


def latest_checkpoint(work_dir: str | Path) -> Path | None:
    """The last intact checkpoint of a run in ``work_dir``, even if the folder was moved; None if the run wrote none.

    A damaged checkpoint is skipped with a warning.

    Raises:
        FileNotFoundError: the folder names a checkpoint, but contains none.
        RuntimeError: all checkpoints are damaged.
    """
    folder = Path(work_dir)
    note = folder / 'last_checkpoint'
    if not note.is_file():
        return None
    written = Path(note.read_text(encoding='utf-8').strip())
    named = [path for path in (written, folder / written.name) if path.is_file()]
    others = sorted(
        (path for pattern in ('epoch_*.pth', 'iter_*.pth', 'progress.pth') for path in folder.glob(pattern)),
        key=lambda path: path.stat().st_mtime_ns,
        reverse=True,
    )
    candidates = list(dict.fromkeys([*named[:1], *others]))
    if not candidates:
        raise FileNotFoundError(
            f'{note} names {written}, which does not exist. Give a checkpoint with --resume PATH, or remove {note} to start again.'
        )
    problems: list[str] = []
    for path in candidates:
        try:
            load_checkpoint(path)
        except UnsafeCheckpointError:
            raise
        except RuntimeError as error:
            problems.append(str(error))
            print_log(f'passed over: {error}', 'current', logging.WARNING)
        else:
            return path
    raise RuntimeError('no checkpoint to resume from:\n' + '\n'.join(problems))


def resumed_meta(path: str | Path) -> Mapping[str, Any]:
    """``meta`` of a checkpoint, which describes the training that wrote it; raises if the training cannot be resumed.

    Raises:
        FileNotFoundError: the file does not exist.
        UnsafeCheckpointError: it contains more than data.
        RuntimeError: it is damaged.
        ValueError: it is no checkpoint, or has weights but no training state.
    """
    checkpoint = load_checkpoint(path)
    missing = [name for name in ('meta', 'state_dict', 'optimizer') if not isinstance(checkpoint.get(name), Mapping)]
    if missing:
        raise ValueError(
            f'{path}: cannot be resumed: it has no {" and no ".join(missing)}. Take an epoch_*.pth of the training. To start again from '
            'its weights, use load_from instead: --cfg-options load_from=PATH without --resume.'
        )
    return checkpoint['meta']
