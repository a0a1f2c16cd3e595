"""Whether shapes must not depend on the values of tensors.

A recorded training step (:class:`~ofer.engine.hooks.RecordedStepHook`) and an exported graph run without Python: their shapes and their
operations are those of the recording. Code whose work depends on values, such as the number of hidden patches, has a second form with equal
results for them: it computes everything, and masks what the usual form leaves out.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

_requests: list[None] = []  # of the process, not of a thread: autograd may compute parts of a forward pass again in its own threads


def shapes_are_fixed() -> bool:
    """Whether they are: inside :func:`fixed_shapes`, and while a graph is exported to ONNX."""
    return bool(_requests) or torch.onnx.is_in_onnx_export()


@contextmanager
def fixed_shapes() -> Iterator[None]:
    """Inside, :func:`shapes_are_fixed` is True."""
    _requests.append(None)
    try:
        yield
    finally:
        _requests.pop()
