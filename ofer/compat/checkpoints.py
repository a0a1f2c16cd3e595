"""Reads checkpoints as data: nothing that a file carries is ever run."""

import logging
import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from mmengine.logging import print_log

from ofer.compat.allowed import safe_globals
from ofer.compat.file_kinds import is_safetensors, other_kind
from ofer.compat.inert import load_inert


class UnsafeCheckpointError(RuntimeError):
    """A checkpoint carries something other than plain data and was not read."""


def load_checkpoint(path: str | Path, map_location: str | torch.device = 'cpu') -> dict[str, Any]:
    """Read a checkpoint without running anything that it carries.

    Objects of a training script that lie beside the weights (arguments, meters) are left out, with a line in the log.

    Args:
        path: a file that ``torch.save`` or ``safetensors`` wrote.
        map_location: as in ``torch.load``.

    Returns:
        What was saved by name: tensors, numbers, strings and containers of them.

    Raises:
        FileNotFoundError: there is no such file, or it is a folder.
        UnsafeCheckpointError: the file carries what only serves to run code, or a whole model instead of weights; the message names it.
        RuntimeError: the file is damaged or of another kind; the message says which.
        ValueError: it holds something else than named entries, which no reader of checkpoints could use.
    """
    path = Path(path)
    _check_place(path)
    kind = other_kind(path)
    if kind:
        raise RuntimeError(f'{path}: damaged or no checkpoint ({kind}).')
    if is_safetensors(path):
        return _read_safetensors(path, map_location)
    damaged = _damaged_part(path)
    if damaged:
        raise RuntimeError(f'{path}: damaged: the check sum of {damaged} is wrong. Copy it again, or resume from an earlier one.')
    content = _read(path, map_location)
    if not isinstance(content, Mapping):
        raise ValueError(
            f'{path}: no checkpoint: expected a mapping of names, as training and ofer convert write it, found {type(content).__name__}'
        )
    return dict(content)


def _check_place(path: Path) -> None:
    if path.is_dir():
        inside = sorted(file.name for file in path.iterdir() if file.suffix in ('.pth', '.pt', '.safetensors', '.bin'))
        hint = f'Give a file in it: {", ".join(inside[:5])}.' if inside else 'It holds no checkpoint.'
        raise FileNotFoundError(f'{path}: a folder, not a checkpoint. {hint}')
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such checkpoint. Give the path of a .pth file that training or ofer convert wrote.')


def _read(path: Path, map_location: Any) -> Any:
    """The content of a file, with unknown objects left out."""
    try:
        with safe_globals(), warnings.catch_warnings():
            warnings.simplefilter('ignore')  # a newer protocol of pickle is none of the user's business
            return torch.load(path, map_location=map_location, weights_only=True)
    except Exception as error:  # torch's reader takes any bytes for instructions of pickle, and raises almost anything
        if not (isinstance(error, pickle.UnpicklingError) and (_refused(str(error)) or 'nsupported' in str(error))):
            raise _damaged(path, error) from error
    try:
        content, left_out = load_inert(path, map_location)
    except Exception as error:
        refused = _refused(str(error)) if isinstance(error, pickle.UnpicklingError) else None
        if refused is None:
            raise _damaged(path, error) from error
        raise UnsafeCheckpointError(
            f'{path}: refused, because it carries something other than data: {refused}.\n'
            'Save the state_dict alone, where you trust its origin, and read that.'
        ) from error
    if content is None and left_out:
        raise UnsafeCheckpointError(
            f'{path}: refused, because it carries an object instead of weights: {left_out[0]}.\n'
            'Save its state_dict() alone, where you trust its origin, and read that.'
        )
    more = f' and {len(left_out) - 3} more' if len(left_out) > 3 else ''
    print_log(f'{path}: left out, since it is no data: {", ".join(left_out[:3])}{more}', 'current', logging.INFO)
    return content


def _read_safetensors(path: Path, map_location: Any) -> dict[str, Any]:
    from safetensors.torch import load_file

    try:
        return load_file(path, device=str(map_location or 'cpu'))
    except Exception as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> RuntimeError:
    return RuntimeError(f'{path}: damaged or no checkpoint ({_reason(error)}). Copy it again, or resume from an earlier one.')


def _damaged_part(path: Path) -> str | None:
    """What differs from its check sum, which torch's reader does not look at; None where all is well, or the file has none."""
    if not zipfile.is_zipfile(path):  # cut off, or of torch < 1.6: the reader says
        return None
    try:
        with zipfile.ZipFile(path) as file:
            return file.testzip()
    except Exception as error:  # zipfile raises almost anything over damaged names, sizes and flags
        return f'its table of contents ({error})'


def _refused(message: str) -> str | None:
    """The function or class that the file names, out of torch's message; None where the message is about anything else."""
    found = re.search(r'GLOBAL (\S+)', message) or re.search(r'(getattr\(.*\)) is not allowed', message)
    return found[1].rstrip('.') if found else None


def _reason(error: Exception) -> str:
    """An error in a few words, without torch's advice, which is to read unsafely."""
    text = str(error)
    found = re.search(r'WeightsUnpickler error: *(.*)', text)
    reason = (found[1] if found else text.partition('weights_only')[0].partition('\n')[0]).strip().rstrip('.`( ')
    return type(error).__name__ if not reason or reason.isdigit() else reason  # a number alone is a place in pickle's memory
