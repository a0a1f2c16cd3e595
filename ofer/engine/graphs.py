"""CUDA graphs of the trained parts of a model: a pass is a few launches instead of thousands.

A training step of ORSANet has many small kernels. On a fast GPU, starting them takes longer than running them, whatever the precision
and the layout. A recorded graph starts all kernels of a part, forward or backward, at once. Shapes and addresses must not change: batches
are of one size, and weights are changed in place, as optimisers and SAM do.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ofer.engine.hooks.compile import WHOLE
from ofer.models.priors.frozen_prior import FrozenPrior


def recorded_calls(model: nn.Module, step: Callable[[], Any]) -> list[tuple[nn.Module, tuple[Tensor, ...]]]:
    """The trained parts of a model in the order in which a training step calls them, each with its arguments of the first call.

    Args:
        model: with parts.
        step: makes a training step.

    Returns:
        Each part with copies of its tensors, which require gradients as those of the call.
    """
    calls: dict[nn.Module, tuple[Tensor, ...]] = {}

    def keep(part: nn.Module, args: tuple[Any, ...]) -> None:
        if part not in calls:
            calls[part] = tuple(arg.detach().clone().requires_grad_(arg.requires_grad) for arg in args)

    hooks = []
    for name, part in model.named_children():
        trained = any(parameter.requires_grad for parameter in part.parameters())
        if trained and name not in WHOLE and not isinstance(part, FrozenPrior):
            hooks.append(part.register_forward_pre_hook(keep))
    try:
        step()
    finally:
        for hook in hooks:
            hook.remove()
    return list(calls.items())


@contextmanager
def graphed_parts(model: nn.Module, step: Callable[[], Any], dtype: torch.dtype) -> Iterator[list[nn.Module]]:
    """Inside, the trained parts of a model run as CUDA graphs in training mode, for batches of the size of ``step``.

    Running means that a part updates also move while the graphs are recorded.

    Args:
        model: on a GPU.
        step: makes a training step.
        dtype: of autocast; ``torch.float32`` for none.

    Raises:
        RuntimeError: a part cannot be recorded, since it waits for the GPU or changes shapes.
    """
    calls = recorded_calls(model, step)
    parts = [part for part, _ in calls]
    try:
        # The cache of autocast would keep weights that were cast while a graph was recorded.
        with torch.autocast('cuda', dtype=dtype, enabled=dtype != torch.float32, cache_enabled=False):
            torch.cuda.make_graphed_callables(tuple(parts), tuple(args for _, args in calls), allow_unused_input=True)
        yield parts
    finally:
        for part in parts:
            part.__dict__.pop('forward', None)
