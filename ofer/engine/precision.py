"""In which precision a device computes: bfloat16 gives way to float32 on CPUs that would imitate it."""

import logging

import torch
from mmengine.logging import print_log

from ofer.processor import cpu_has_bfloat16

DTYPES = {'float32': torch.float32, 'bfloat16': torch.bfloat16, 'float16': torch.float16}


def has_bfloat16(device: str) -> bool:
    """Whether a device has bfloat16 instructions.

    Args:
        device: its type, such as ``'cpu'``. Devices other than CPUs are taken to have them.

    >>> has_bfloat16('cuda')
    True
    """
    return device != 'cpu' or cpu_has_bfloat16()


def supported_dtype(dtype: str, device: str) -> str:
    """The requested precision, or float32 in place of bfloat16 on a CPU without bfloat16 instructions, which is logged as a warning.

    Args:
        dtype: one of :data:`DTYPES`.
        device: type of the device.

    >>> supported_dtype('float16', 'cpu')
    'float16'
    """
    if dtype != 'bfloat16' or has_bfloat16(device):
        return dtype
    print_log('this CPU reports no bfloat16 instructions: float32 is used, which is faster here', 'current', logging.WARNING)
    return 'float32'


def mixed_precision_if_supported(requested: bool, device: str) -> bool:
    """Whether to compute in bfloat16: if it is requested, and :func:`supported_dtype` keeps it.

    >>> mixed_precision_if_supported(False, 'cuda')
    False
    """
    return requested and supported_dtype('bfloat16', device) == 'bfloat16'
