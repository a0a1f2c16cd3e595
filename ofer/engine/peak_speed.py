"""Peak speed of a device: the number in its data sheet, or the speed of a large matrix product."""

import time
from dataclasses import dataclass

import torch

SHEETS: dict[str, dict[str, float]] = {
    'H100 80GB HBM3': {'float32': 494.7, 'bfloat16': 989.4, 'float16': 989.4},
    'H100 PCIe': {'float32': 378.0, 'bfloat16': 756.0, 'float16': 756.0},
    'H200': {'float32': 494.7, 'bfloat16': 989.4, 'float16': 989.4},
    'A100': {'float32': 156.0, 'bfloat16': 312.0, 'float16': 312.0},
}
"""Dense TFLOP/s by part of the device's name and data type; of float32 that of TF32, which PyTorch uses for its convolutions."""


@dataclass(frozen=True)
class Peak:
    """Peak speed of a device for one data type."""

    tflops: float
    source: str


def peak_of(device: str, dtype: str) -> Peak:
    """The peak of the present device.

    Args:
        device: ``cpu`` or ``cuda``.
        dtype: ``float32``, ``bfloat16`` or ``float16``.
    """
    name = torch.cuda.get_device_name() if device != 'cpu' else ''
    for part, figures in SHEETS.items():
        if part in name:
            return Peak(figures[dtype], f'data sheet, dense{", TF32" if dtype == "float32" else ""}')
    size = 8192 if device != 'cpu' else 1024
    return Peak(matmul_tflops(device, getattr(torch, dtype), size), f'measured: a product of {size} x {size} matrices')


def matmul_tflops(device: str, dtype: torch.dtype, size: int, repeats: int = 5) -> float:
    """TFLOP/s of the fastest of several products of two random square matrices."""
    left, right = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
    wait = torch.cuda.synchronize if device != 'cpu' else int
    times = []
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = True
    try:
        for _ in range(repeats + 1):
            wait()
            started = time.perf_counter()
            left @ right
            wait()
            times.append(time.perf_counter() - started)
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before
    return 2 * size**3 / min(times[1:]) / 1e12
