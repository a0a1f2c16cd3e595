"""Reads checkpoints as data: no code in a file is ever run."""

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
from ofer.sharing import with_copies


class UnsafeCheckpointError(RuntimeError):
    """A checkpoint contains something other than plain data and was not read."""


def load_checkpoint(path: str | Path, map_location: str | torch.device = 'cpu') -> dict[str, Any]:
    """Read a checkpoint without running code in it.

    Objects of a training script beside the weights (arguments, meters) are left out, with a line in the log.

    Args:
        path: a file that ``torch.save`` or ``safetensors`` wrote.
        map_location: as in ``torch.load``.

    Returns:
        The saved entries by name: tensors, numbers, strings and containers of them.

    Raises:
        FileNotFoundError: there is no such file, or it is a folder.
        UnsafeCheckpointError: the file contains objects that only serve to run code, or a whole model instead of weights; the message names
            them.
        RuntimeError: the file is damaged or of another kind; the message states which.
        ValueError: it is no mapping of names.
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
            warnings.simplefilter('ignore')  # a newer pickle protocol needs no action by the user
            return torch.load(path, map_location=map_location, weights_only=True)
    except Exception as error:  # the reader of torch interprets any bytes as pickle, and may raise any exception
        if not (isinstance(error, pickle.UnpicklingError) and (_refused(str(error)) or 'nsupported' in str(error))):
            raise _damaged(path, error) from error
    try:
        content, left_out = load_inert(path, map_location)
    except Exception as error:
        refused = _refused(str(error)) if isinstance(error, pickle.UnpicklingError) else None
        if refused is None:
            raise _damaged(path, error) from error
        raise UnsafeCheckpointError(
            f'{path}: refused, because it contains something other than data: {refused}.\n'
            'If you trust its origin, save the state_dict alone and read that.'
        ) from error
    if content is None and left_out:
        raise UnsafeCheckpointError(
            f'{path}: refused, because it contains an object instead of weights: {left_out[0]}.\n'
            'If you trust its origin, save its state_dict() alone and read that.'
        )
    more = f' and {len(left_out) - 3} more' if len(left_out) > 3 else ''
    print_log(f'{path}: left out, since it is no data: {", ".join(left_out[:3])}{more}', 'current', logging.INFO)
    return content


def _read_safetensors(path: Path, map_location: Any) -> dict[str, Any]:
    from safetensors import safe_open
    from safetensors.torch import load_file

    try:
        with safe_open(str(path), framework='pt') as file:
            metadata = file.metadata()
        return with_copies(load_file(path, device=str(map_location or 'cpu')), metadata)
    except Exception as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> RuntimeError:
    return RuntimeError(f'{path}: damaged or no checkpoint ({_reason(error)}). Copy it again, or resume from an earlier one.')


def _damaged_part(path: Path) -> str | None:
    """The entry with a wrong check sum, which torch does not verify; None if there is none, or no check sums."""
    if not zipfile.is_zipfile(path):  # truncated, or of torch < 1.6: the reader reports it
        return None
    try:
        with zipfile.ZipFile(path) as file:
            return file.testzip()
    except Exception as error:  # zipfile may raise any exception on damaged names, sizes and flags
        return f'its table of contents ({error})'


def _refused(message: str) -> str | None:
    """The function or class in a refusal by torch; None if the message has another subject."""
    found = re.search(r'GLOBAL (\S+)', message) or re.search(r'(getattr\(.*\)) is not allowed', message)
    return found[1].rstrip('.') if found else None


def _reason(error: Exception) -> str:
    """A short form of an error, without the advice of torch to read unsafely."""
    text = str(error)
    found = re.search(r'WeightsUnpickler error: *(.*)', text)
    reason = (found[1] if found else text.partition('weights_only')[0].partition('\n')[0]).strip().rstrip('.`( ')
    return type(error).__name__ if not reason or reason.isdigit() else reason  # a number alone is an index of the pickle memo
