"""What the processor of this machine can do."""

from pathlib import Path


def cpu_has_bfloat16(info: Path = Path('/proc/cpuinfo')) -> bool:
    """Whether this CPU has bfloat16 instructions (Intel AMX or AVX-512 BF16, ARM BF16); False if the system does not report it.

    Args:
        info: the CPU description of Linux. (``torch.cpu.get_capabilities`` is missing in the oldest supported PyTorch.)
    """
    return info.is_file() and not {'avx512_bf16', 'amx_bf16', 'bf16'}.isdisjoint(info.read_text(encoding='utf-8').split())
