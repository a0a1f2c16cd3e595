"""The older ONNX exporter of torch (``dynamo=False``) has no ``vdot``, which spectral norm computes."""

from typing import Any

import torch


def _vdot(graph: Any, a: Any, b: Any) -> Any:
    """The product of two real vectors; the conjugate of ``a`` is ``a``."""
    return graph.op('MatMul', a, b)


torch.onnx.register_custom_op_symbolic('aten::vdot', _vdot, 9)
