"""The classes and functions that the pickle in a checkpoint may refer to: those of tensors, NumPy numbers and the logs of mmengine."""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler


class _OneCycle:
    """Replaces the one-cycle scheduler class of mmengine; a checkpoint needs only its annealing functions."""


def _served_method(owner: type, name: str) -> Callable:
    """Replaces ``builtins.getattr`` in pickles of mmengine: returns only the few functions that its checkpoints refer to."""
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
    """Context in which ``torch.load(weights_only=True)`` accepts exactly the classes in checkpoints of mmengine."""
    return torch.serialization.safe_globals(_allowed_globals())


def allowed_by_name() -> dict[str, Any]:
    """The objects that :func:`safe_globals` accepts, and those of tensors, by their names in a pickle."""
    rebuilders = ('_rebuild_tensor', '_rebuild_tensor_v2', '_rebuild_parameter')
    tensors = {
        **{f'torch._utils.{name}': getattr(torch._utils, name) for name in rebuilders},
        **{str(value): value for value in vars(torch).values() if isinstance(value, torch.dtype)},
        'collections.OrderedDict': OrderedDict,
        'torch.nn.parameter.Parameter': torch.nn.Parameter,
        'torch.Tensor': torch.Tensor,
        'torch.Size': torch.Size,
        'torch.device': torch.device,
        '_codecs.encode': import_module('_codecs').encode,  # bytes
    }
    others = [entry if isinstance(entry, tuple) else (entry, f'{entry.__module__}.{entry.__qualname__}') for entry in _allowed_globals()]
    return tensors | {name: value for value, name in others}
