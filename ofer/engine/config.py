"""Reads an experiment's config, with overrides from the command line, and says clearly what is wrong with them."""

import argparse
import difflib
import importlib.util
import inspect
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config, ConfigDict, DictAction
from mmengine.logging import print_log
from mmengine.runner import Runner

from ofer.compat import UnsafeCheckpointError, load_checkpoint

RUNNER_NAMES = set(inspect.signature(Runner.__init__).parameters) - {'self', 'cfg'}
# Names that a config may have besides those that Runner takes.
EXTRA_NAMES = {
    'compile',
    'env_cfg',
    'find_unused_parameters',
    'model_wrapper_cfg',
    'runner_type',
    'test_sets',
    'tta_model',
    'tta_pipeline',
    'custom_imports',
}


def read_config(path: str | Path, options: Sequence[str] = ()) -> Config:
    """Read a config file and apply overrides.

    Args:
        path: a Python config.
        options: overrides like ``'optim_wrapper.optimizer.lr=1e-3'``; lists as ``'key=[a,b]'``.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: an override has no ``=``, or names what the config does not have or only computes with.
    """
    path = Path(path)
    if not path.is_file():
        close = difflib.get_close_matches(path.stem, [file.stem for file in path.parent.glob('*.py')], n=3)
        hint = f'Did you mean {" or ".join(close)}?' if close else 'The experiments lie in configs/.'
        raise FileNotFoundError(f'{path}: no such config. {hint}')
    config = Config.fromfile(path)
    overrides = parse_options(options)
    for key in overrides:
        _check_option(config, key)
    try:
        config.merge_from_dict(overrides)
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError(f'--cfg-options {" ".join(options)}: does not fit {path}: {error}') from error
    return config


def parse_options(options: Sequence[str]) -> dict[str, Any]:
    """``['a.b=1', 'c=[x,y]']`` to ``{'a.b': 1, 'c': ['x', 'y']}``, as mmengine's tools read it.

    Raises:
        ValueError: an option has no ``=``.
    """
    for option in options:
        if '=' not in option:
            raise ValueError(f'--cfg-options {option}: expected key=value')
    if not options:
        return {}
    parser = argparse.ArgumentParser()
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    return parser.parse_args(['--cfg-options', *options]).cfg_options


def _check_option(config: Config, key: str) -> None:
    """Refuse a key that the config does not have, unless it may be a new argument of a component."""
    node: Any = config
    walked: list[str] = []
    for part in key.split('.'):
        if isinstance(node, (list, tuple)):
            if not part.isdigit() or int(part) >= len(node):
                raise ValueError(f'--cfg-options {key}: {".".join(walked)} is a list of {len(node)}, and {part!r} is no index of it')
            node = node[int(part)]
        elif isinstance(node, (dict, Config)):
            names = set(node.keys())
            known = names if walked else RUNNER_NAMES | EXTRA_NAMES
            if part in names - known:
                raise ValueError(
                    f'--cfg-options {key}: {part!r} is a helper of {config.filename}, whose value went elsewhere when the file was read. '
                    'Set what it goes to, e.g. train_cfg.max_epochs for num_epochs.'
                )
            close = difflib.get_close_matches(part, known, n=1, cutoff=0.75)
            if part not in known and (not walked or close or 'type' not in names):
                place = '.'.join(walked) or config.filename
                hint = f'Did you mean {close[0]!r}?' if close else f'It has: {", ".join(sorted(map(str, names & known)))}.'
                raise ValueError(f'--cfg-options {key}: {place} has no {part!r}. {hint}')
            if part not in names:
                return
            node = node[part]
        else:
            return
        walked.append(part)


def image_size(config: Config) -> int:
    """Height and width, in pixels, that the config's training images have when they are packed.

    Raises:
        ValueError: the config does not say.
    """
    dataset = config.train_dataloader.dataset
    for transform in reversed(dataset.get('pipeline', [])):
        for key in ('scale', 'crop_size', 'size'):
            size = transform.get(key)
            if isinstance(size, (list, tuple)):
                size = size[0]
            if isinstance(size, int):
                return size
    size = dataset.get('size')
    if not isinstance(size, int):
        raise ValueError('the config does not say how large its images are: give --image-size')
    return size


def use_mixed_precision(config: Config) -> None:
    """Switch the optimiser wrapper, or that of each part of the model, to mixed precision: bfloat16, or float16 on GPUs that lack it.

    Raises:
        ValueError: the wrapper is of a kind that has no precision.
    """
    wrapper = config.optim_wrapper
    constructor = wrapper.get('constructor')
    if constructor not in (None, 'DefaultOptimWrapperConstructor', 'PartsOptimWrapperConstructor'):
        raise ValueError(f'--amp: {constructor} is not known to have a precision; set it in the config')
    parts = constructor == 'PartsOptimWrapperConstructor'
    for own in (value for name, value in wrapper.items() if name != 'constructor') if parts else [wrapper]:
        _use_mixed_precision(own)


def _use_mixed_precision(wrapper: ConfigDict) -> None:
    kind = wrapper.get('type', 'OptimWrapper')
    if kind == 'AmpOptimWrapper':
        return
    if kind == 'OptimWrapper':
        wrapper.type = 'MixedPrecisionOptimWrapper'
    elif kind not in ('MixedPrecisionOptimWrapper', 'SAMOptimWrapper'):
        raise ValueError(f'--amp: {kind} is not known to have a precision; set it in the config')
    old_gpu = torch.cuda.is_available() and torch.cuda.get_device_capability() < (8, 0)
    wrapper.dtype = 'float16' if old_gpu else 'bfloat16'


def use_tensorboard(config: Config) -> None:
    """Write the learning curves for TensorBoard too, beside the log.

    Raises:
        ValueError: TensorBoard is not installed.
    """
    if importlib.util.find_spec('tensorboard') is None:
        raise ValueError("--tensorboard: TensorBoard is not installed. Run: pip install 'ofer[tensorboard]' (or: pip install tensorboard)")
    visualizer = config.setdefault('visualizer', {'type': 'Visualizer', 'vis_backends': [{'type': 'LocalVisBackend'}]})
    backends = visualizer.get('vis_backends') or []
    if not any(backend['type'] == 'TensorboardVisBackend' for backend in backends):
        visualizer['vis_backends'] = [*backends, {'type': 'TensorboardVisBackend'}]


def latest_checkpoint(work_dir: str | Path) -> Path | None:
    """The last whole checkpoint that a run in ``work_dir`` wrote, also where the folder was moved since; None where there is none.

    One that is damaged is passed over, with a warning, for the one before it.

    Raises:
        FileNotFoundError: the folder names a checkpoint, and none is there.
        RuntimeError: all that are there are damaged.
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
            f'{note} names {written}, which is not there. Give a checkpoint with --resume PATH, or remove {note} to start anew.'
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
    """What a checkpoint says of the training that wrote it (``meta``), where that training can be gone on with.

    Raises:
        FileNotFoundError: there is no such file.
        UnsafeCheckpointError: it carries anything but data.
        RuntimeError: it is damaged.
        ValueError: it is no checkpoint, or holds weights without the training's state.
    """
    checkpoint = load_checkpoint(path)
    missing = [name for name in ('meta', 'state_dict', 'optimizer') if not isinstance(checkpoint.get(name), Mapping)]
    if missing:
        raise ValueError(
            f'{path}: cannot be resumed: it has no {" and no ".join(missing)}. Take an epoch_*.pth of the training. To start anew from '
            'weights alone, name the file as load_from instead: --cfg-options load_from=PATH without --resume.'
        )
    return checkpoint['meta']
