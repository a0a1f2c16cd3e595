"""8-bit integers for an ONNX file: static quantisation of onnxruntime, with ranges from calibration images."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ofer.runtimes.onnx_network import onnxruntime

WIDE = ('Conv', 'Gemm', 'MatMul')
"""Operations that are computed in integers; the others take too little time, or lose too much."""


class _Images:
    """Batches for onnxruntime's calibration."""

    def __init__(self, batches: Sequence[dict[str, np.ndarray]]) -> None:
        self.batches: Iterator[dict[str, np.ndarray]] = iter(batches)

    def get_next(self) -> dict[str, np.ndarray] | None:
        """The next batch; None after the last."""
        return next(self.batches, None)


def quantize(source: Path, path: Path, batches: Sequence[dict[str, np.ndarray]]) -> None:
    """Write an ONNX file whose convolutions and products are in 8 bits: weights by channel, activations by tensor.

    Weights use 7 of the 8 bits: x86 processors without VNNI instructions add two products in 16 bits, which would overflow.

    Args:
        source: traced file in float32.
        path: of the new file.
        batches: inputs by name, images as the network will see them; from them the ranges of all activations are taken.

    Raises:
        ImportError: onnxruntime is not installed.
    """
    onnxruntime()
    from onnxruntime import quantization
    from onnxruntime.quantization.shape_inference import quant_pre_process

    reader: Any = type('Images', (_Images, quantization.CalibrationDataReader), {})(batches)
    with TemporaryDirectory() as folder:
        prepared = Path(folder) / 'prepared.onnx'
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantization.quantize_static(
            str(prepared), str(path), reader,
            quant_format=quantization.QuantFormat.QDQ,
            op_types_to_quantize=list(WIDE),
            per_channel=True,
            reduce_range=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            extra_options={'ActivationSymmetric': False, 'WeightSymmetric': True},
        )  # fmt: skip
