"""The older ONNX exporter of torch (``dynamo=False``) lacks operations that networks here use.

The newer one takes six times as long for a large network and does not keep the size of the batch open in all of them.
"""

from typing import Any

import torch
from torch.onnx import symbolic_helper


def _vdot(graph: Any, a: Any, b: Any) -> Any:
    """The product of two real vectors, which spectral norm computes; the conjugate of ``a`` is ``a``."""
    return graph.op('MatMul', a, b)


def _antialiased(graph: Any, images: Any, size: Any, *_: Any) -> Any:
    """Bilinear resizing with antialiasing, ``(N, C, H, W)``."""
    empty = graph.op('Constant', value_t=torch.tensor([], dtype=torch.float32))
    if symbolic_helper._is_packed_list(size):
        size = graph.op('Concat', *(graph.op('Reshape', x, _one(graph)) for x in symbolic_helper._unpack_list(size)), axis_i=0)
    sizes = graph.op('Concat', graph.op('Shape', images, start_i=0, end_i=2), size, axis_i=0)
    return graph.op(
        'Resize', images, empty, empty, sizes,
        antialias_i=1, mode_s='linear', coordinate_transformation_mode_s='half_pixel', exclude_outside_i=1,
    )  # fmt: skip


def _one(graph: Any) -> Any:
    return graph.op('Constant', value_t=torch.tensor([1]))


torch.onnx.register_custom_op_symbolic('aten::vdot', _vdot, 9)
torch.onnx.register_custom_op_symbolic('aten::_upsample_bilinear2d_aa', _antialiased, 18)
