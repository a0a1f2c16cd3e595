"""The running mean of the weights of a training, with one launch for many tensors."""

import torch
from mmengine.model import ExponentialMovingAverage
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class BatchedMovingAverage(ExponentialMovingAverage):
    """mmengine's ``ExponentialMovingAverage``: the same values, without a launch for each tensor and without reading the weights between
    two updates. For ``ema_type`` of ``EMAHook``; arguments as there.
    """

    @torch.no_grad()
    def update_parameters(self, model: nn.Module) -> None:
        """Take the weights of a model into the mean, if it is the turn of this step. The first time they are copied.

        Args:
            model: of the training.
        """
        first = self.steps == 0
        if first or self.steps % self.interval == 0:
            source: dict[str, Tensor] = model.state_dict() if self.update_buffers else dict(model.named_parameters())
            names = [name for name, mean in self.avg_parameters.items() if first or mean.is_floating_point()]
            means, values = [self.avg_parameters[name] for name in names], [source[name] for name in names]
            if first:
                torch._foreach_copy_(means, values)
            else:
                torch._foreach_lerp_(means, [value.to(mean.device) for mean, value in zip(means, values, strict=True)], self.momentum)
        if not self.update_buffers:
            for mean, value in zip(self.module.buffers(), model.buffers(), strict=True):
                mean.copy_(value)
        self.steps += 1
