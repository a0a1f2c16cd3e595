"""--amp: mixed precision for any optimiser of a config."""

import torch
from mmengine.config import Config, ConfigDict


def use_mixed_precision(config: Config) -> None:
    """Switch the optimiser wrapper, or the wrapper of each part of the model, to mixed precision: bfloat16, or float16 on GPUs without it.

    CPUs without bfloat16 instructions use float32, see :func:`~ofer.engine.precision.supported_dtype`.

    Raises:
        ValueError: the type of the wrapper has no precision setting.
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
