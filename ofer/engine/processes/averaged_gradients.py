"""Distributed training of models that DDP does not support: with a custom ``train_step``, or without trainable parameters.

mmengine's ``MMDistributedDataParallel`` makes the step in the model's place, with one optimiser, and torch's DDP refuses a model without
parameters to train. Here the step stays the model's own; each gradient is averaged over the processes as soon as it is computed, so that
clipping and accumulation get the same values as in one process.
"""

from typing import Any

import torch
from mmengine.dist import all_reduce, broadcast
from mmengine.registry import MODEL_WRAPPERS
from torch import Tensor, nn


@MODEL_WRAPPERS.register_module()
class AveragedGradients(nn.Module):
    """Set by ``model_wrapper_cfg = dict(type='AveragedGradients')`` in a config; does nothing in a single process.

    Registered in mmengine's own registry, since its Runner looks for wrappers only there.

    Args:
        module: the model, on its device. Its parameters and buffers are copied from the first process. Parameters that are frozen now are
            never averaged.
    """

    module: Any

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module
        for value in module.state_dict().values():
            if isinstance(value, Tensor):
                broadcast(value)
        for parameter in module.parameters():
            if parameter.requires_grad:
                parameter.register_post_accumulate_grad_hook(average)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The model's own."""
        return self.module(*args, **kwargs)

    def train_step(self, *args: Any, **kwargs: Any) -> dict[str, Tensor]:
        """The model's own, with averaged gradients."""
        return self.module.train_step(*args, **kwargs)

    def val_step(self, *args: Any, **kwargs: Any) -> list:
        """The model's own."""
        return self.module.val_step(*args, **kwargs)

    def test_step(self, *args: Any, **kwargs: Any) -> list:
        """The model's own."""
        return self.module.test_step(*args, **kwargs)


@torch.no_grad()
def average(parameter: Tensor) -> None:
    """Average the gradient of a parameter over the processes, in place. A second call after accumulation is also correct."""
    all_reduce(parameter.grad, op='mean')
