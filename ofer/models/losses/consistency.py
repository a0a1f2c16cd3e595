"""Consistency loss (Liu et al. 2019; L_c of Latent-OFER): features of the U-Net in the hole, before and after its bottleneck, approach
the features of VGG16 of the true image.

The published loss also compares unmasked places, which no weight can change, and has no gradient.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.registry import MODELS


def consistency_loss(features: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Mean squared difference over the masked places of a batch.

    Args:
        features: ``(N, C, h, w)``.
        target: ``(N, C, h', w')``; averaged to ``h x w``.
        mask: ``(N, h, w)`` bool, True = masked.

    Returns:
        Scalar; 0 if nothing is masked.

    Raises:
        ValueError: the numbers of channels differ.
    """
    if features.shape[1] != target.shape[1]:
        raise ValueError(
            f'consistency loss: the U-Net has {features.shape[1]} channels at its assembly and the target {target.shape[1]}. '
            'Choose another layer, or base_channels of either network.'
        )
    target = F.adaptive_avg_pool2d(target, (features.shape[2], features.shape[3]))
    squared = (features - target).square().masked_fill(~mask.unsqueeze(1), 0)
    return squared.sum() / (mask.sum() * features.shape[1]).clamp(min=1)


@MODELS.register_module()
class ConsistencyLoss(nn.Module):
    """Sum of :func:`consistency_loss` over both sides of the bottleneck.

    Args:
        layer: layer of VGG16, ``relu4_3`` (an eighth of the image's size) or ``relu3_3`` (a quarter).
        loss_weight: factor of the result (lambda_c of Eq. 5).
    """

    def __init__(self, layer: str = 'relu4_3', loss_weight: float = 0.01) -> None:
        super().__init__()
        self.layer, self.loss_weight = layer, loss_weight

    def forward(self, before: Tensor, after: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Scalar loss of the features on both sides; arguments as in :func:`consistency_loss`."""
        sides = [consistency_loss(features, target, mask) for features in (before, after)]
        return self.loss_weight * torch.stack(sides).sum()
