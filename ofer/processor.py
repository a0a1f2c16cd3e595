"""What the processor of this machine can do."""

from functools import cache
from pathlib import Path


@cache  # Linux describes each core, which takes long on large machines
def cpu_has_bfloat16(info: Path = Path('/proc/cpuinfo')) -> bool:
    """Whether this CPU has bfloat16 instructions: Intel AMX, AVX-512 BF16, or ARM BF16. Without them bfloat16 is imitated, and slow.

    Args:
        info: the CPU description of Linux. Elsewhere PyTorch is asked, which knows about x86.
    """
    if info.is_file():
        return not {'avx512_bf16', 'amx_bf16', 'bf16'}.isdisjoint(info.read_text(encoding='utf-8').split())
    import torch  # here: exported networks run without it

    asked = (getattr(torch.cpu, name, None) for name in ('_is_avx512_bf16_supported', '_is_amx_tile_supported'))
    return any(supported() for supported in asked if supported is not None)
