"""The one place that knows about other packages' rough edges.

* mmengine's checkpoints carry its log buffers, which ``torch.load(weights_only=True)`` refuses. :func:`safe_globals` allows exactly what
  mmengine writes, and nothing that can run code.
* Whatever mmengine reads (resume, ``load_from``, ``init_cfg``), from a local file or from the web, goes through :func:`load_checkpoint`, so
  that a refusal names the file and what it carries. Other places that mmengine knows are refused: it would run what a file carries.
* mmpretrain's multimodal part can raise on import with recent transformers releases; it is switched off.
* mmcv-lite warns about compiled operators that nothing here uses.
"""

import pickle
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler
from mmengine.runner import CheckpointLoader
from mmengine.runner.checkpoint import get_torchvision_models

warnings.filterwarnings('ignore', message='Fail to import ``MultiScaleDeformableAttention``', category=UserWarning)

import mmpretrain.utils.dependency  # noqa: E402

mmpretrain.utils.dependency.WITH_MULTIMODAL = False


class UnsafeCheckpointError(RuntimeError):
    """A checkpoint carries something other than plain data and was not read."""


class _OneCycle:
    """Stand-in for mmengine's one-cycle scheduler class, of which a checkpoint needs the annealing functions and nothing else."""


def _served_method(owner: type, name: str) -> Callable:
    """Stand-in for ``builtins.getattr`` in mmengine's pickles: serves the few functions that its checkpoints refer to, and nothing else."""
    served = {
        (HistoryBuffer, 'min'): HistoryBuffer.min,
        (HistoryBuffer, 'max'): HistoryBuffer.max,
        (HistoryBuffer, 'mean'): HistoryBuffer.mean,
        (HistoryBuffer, 'current'): HistoryBuffer.current,
        (_OneCycle, '_annealing_cos'): OneCycleParamScheduler._annealing_cos,
        (_OneCycle, '_annealing_linear'): OneCycleParamScheduler._annealing_linear,
    }
    if (owner, name) not in served:
        raise pickle.UnpicklingError(f'getattr({owner!r}, {name!r}) is not allowed')
    return served[owner, name]


def _allowed_globals() -> list[Any]:
    numpy_dtypes = {type(np.dtype(kind)) for kind in ('float64', 'float32', 'int64', 'int32', 'uint8', 'bool')}
    multiarray = import_module(f'numpy.{"core" if np.__version__ < "2" else "_core"}.multiarray')
    pairs = [
        (getattr(multiarray, name), f'numpy.{core}.multiarray.{name}') for name in ('_reconstruct', 'scalar') for core in ('core', '_core')
    ]
    one_cycle = (_OneCycle, 'mmengine.optim.scheduler.param_scheduler.OneCycleParamScheduler')
    return [HistoryBuffer, np.ndarray, np.dtype, (_served_method, 'builtins.getattr'), one_cycle, *numpy_dtypes, *pairs]


def safe_globals() -> AbstractContextManager:
    """Context in which ``torch.load(weights_only=True)`` accepts what mmengine's checkpoints consist of, exactly."""
    return torch.serialization.safe_globals(_allowed_globals())


def load_checkpoint(path: str | Path, map_location: str | torch.device = 'cpu') -> dict[str, Any]:
    """Read a checkpoint without running anything that it carries.

    Args:
        path: a file that ``torch.save`` wrote.
        map_location: as in ``torch.load``.

    Returns:
        What was saved by name: tensors, numbers, strings and containers of them.

    Raises:
        FileNotFoundError: there is no such file.
        UnsafeCheckpointError: the file carries anything but data; the message names what.
        RuntimeError: the file is damaged.
        ValueError: it holds something else than named entries, which no reader of checkpoints could use.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such checkpoint. Give the path of a .pth file that training or ofer convert wrote.')
    damaged = _damaged_part(path)
    if damaged:
        raise RuntimeError(f'{path}: damaged: the check sum of {damaged} is wrong. Copy it again, or resume from an earlier one.')
    try:
        with safe_globals():
            content = torch.load(path, map_location=map_location, weights_only=True)
    except _UNREADABLE as error:
        refused = _refused(str(error)) if isinstance(error, pickle.UnpicklingError) else None
        if refused:
            raise UnsafeCheckpointError(
                f'{path}: refused, because it carries something other than data: {refused}.\n'
                'Save the state_dict alone, where you trust its origin, and read that.'
            ) from error
        raise RuntimeError(f'{path}: damaged or no checkpoint ({_reason(error)}). Copy it again, or resume from an earlier one.') from error
    if not isinstance(content, dict):
        raise ValueError(
            f'{path}: no checkpoint: expected a mapping of names, as training and ofer convert write it, found {type(content).__name__}'
        )
    return content


def _damaged_part(path: Path) -> str | None:
    """What differs from its check sum, which torch's reader does not look at; None where all is well, or the file has none."""
    if not zipfile.is_zipfile(path):  # cut off, or of torch < 1.6: the reader says
        return None
    try:
        with zipfile.ZipFile(path) as file:
            return file.testzip()
    except (zipfile.BadZipFile, OSError, NotImplementedError, zlib.error) as error:
        return f'its table of contents ({error})'


# What torch's reader raises over bytes that are no checkpoint: it takes them for pickle's instructions.
_UNREADABLE = (
    pickle.UnpicklingError,
    struct.error,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def _refused(message: str) -> str | None:
    """The function or class that the file names, out of torch's message; None where the message is about anything else."""
    found = re.search(r'GLOBAL (\S+)', message) or re.search(r'(getattr\(.*\)) is not allowed', message)
    return found[1].rstrip('.') if found else None


def _reason(error: Exception) -> str:
    """An error in a few words, without torch's advice, which is to read unsafely."""
    text = str(error)
    found = re.search(r'WeightsUnpickler error: *(.*)', text)
    reason = (found[1] if found else text).strip().rstrip('.')
    return type(error).__name__ if not reason or reason.isdigit() else reason  # a number alone is a place in pickle's memory


@CheckpointLoader.register_scheme(prefixes='', force=True)
def _read_for_mmengine(filename: str, map_location: Any = None) -> Any:
    return load_checkpoint(Path(filename).expanduser(), map_location=map_location or 'cpu')


@CheckpointLoader.register_scheme(prefixes=('http://', 'https://'), force=True)
def _read_off_web(url: str, map_location: Any = None) -> Any:
    """Read from the folder where torch keeps what it downloaded, by the name of the file; download it first where it is not there.

    Every process may download: each writes a file of its own, which takes the final name once it is whole.
    """
    path = Path(torch.hub.get_dir()) / 'checkpoints' / Path(unquote(urlparse(url).path)).name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(url, str(path), progress=False)
        except OSError as error:
            raise FileNotFoundError(f'{url}: could not be downloaded ({error}). Give the path of a local file instead.') from error
    return load_checkpoint(path, map_location=map_location or 'cpu')


@CheckpointLoader.register_scheme(prefixes=('torchvision://', 'modelzoo://'), force=True)
def _read_off_torchvision(filename: str, map_location: Any = None) -> Any:
    name = filename.split('://', 1)[1]
    urls = get_torchvision_models()
    if name not in urls:
        raise ValueError(f'{filename}: torchvision has no weights of that name. It has, for example, resnet18.imagenet1k_v1.')
    return _read_off_web(urls[name], map_location)


def _refuse_as_remote(filename: str, map_location: Any = None) -> Any:
    raise ValueError(f'{filename}: only local files, https:// and torchvision:// are read. Download the file and give its path.')


_READ_HERE = ('', 'http://', 'https://', 'torchvision://', 'modelzoo://')
CheckpointLoader.register_scheme(
    [prefix for prefix in CheckpointLoader._schemes if prefix not in _READ_HERE], _refuse_as_remote, force=True
)


def unwrap_state_dict(checkpoint: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """The parameters in a checkpoint, whatever it is wrapped in.

    Removes the wrappers ``state_dict``, ``model_state_dict``, ``state_dict_backbone`` and ``model``, and the prefix ``module.``.

    Raises:
        ValueError: no parameters are found.
    """
    content: Any = checkpoint
    while isinstance(content, Mapping):
        wrapper = next(
            (k for k in ('state_dict', 'model_state_dict', 'state_dict_backbone', 'model') if isinstance(content.get(k), Mapping)), None
        )
        if wrapper is None:
            break
        content = content[wrapper]
    if not isinstance(content, Mapping) or not content or not all(isinstance(v, torch.Tensor) for v in content.values()):
        raise ValueError('no parameters found: expected a mapping of names to tensors, maybe inside state_dict, model_state_dict or model')
    return {k.removeprefix('module.'): v for k, v in content.items()}
