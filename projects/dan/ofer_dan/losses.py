"""The two losses of DAN beside cross entropy: affinity draws a face to its class, partition draws the heads apart."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from ofer.registry import MODELS


def affinity_loss(features: Tensor, target: Tensor, centers: Tensor) -> Tensor:
    """Squared distance to the centre of one's class, in units of the spread of the centres.

    Args:
        features: ``(N, C)``.
        target: ``(N,)``, class indices in ``[0, K)``.
        centers: ``(K, C)``, at least two.

    Returns:
        ``(N,)``: squared distances, divided by the unbiased variance of the centres summed over the channels.
    """
    return (features - centers[target]).square().sum(1) / centers.var(0).sum()


def partition_loss(heads: Tensor) -> Tensor:
    """``log(1 + H / v)`` with ``v`` the mean variance over the heads: small where the heads differ.

    Args:
        heads: ``(N, H, C)`` log-softmax over the heads.

    Returns:
        Scalar; 0 for a single head.
    """
    number = heads.shape[1]
    if number == 1:
        return heads.sum() * 0
    return torch.log1p(number / (heads.var(1).mean() + torch.finfo(heads.dtype).eps))


@MODELS.register_module()
class AffinityLoss(nn.Module):
    """Mean of :func:`affinity_loss` over the batch; the centres are trained with the network.

    Args:
        num_classes: ``K``. The published code has 8 centres also for 7 classes, which changes the spread.
        channels: ``C``.
        loss_weight: factor of the result.

    Raises:
        ValueError: fewer than two classes, whose centres have no spread.
    """

    training_only: ClassVar = ('centers',)
    """Only the loss reads the centres, and published files do not hold them."""

    def __init__(self, num_classes: int, channels: int = 512, loss_weight: float = 1.0) -> None:
        super().__init__()
        if num_classes < 2:
            raise ValueError(f'num_classes={num_classes}: the spread of the centres needs at least 2')
        self.centers = nn.Parameter(torch.randn(num_classes, channels))
        self.loss_weight = loss_weight

    def forward(self, features: Tensor, target: Tensor) -> Tensor:
        """Scalar loss of features ``(N, C)`` and class indices ``(N,)``."""
        return self.loss_weight * affinity_loss(features.float(), target, self.centers).mean()


@MODELS.register_module()
class PartitionLoss(nn.Module):
    """:func:`partition_loss`, weighted.

    Args:
        loss_weight: factor of the result.
    """

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, heads: Tensor) -> Tensor:
        """Scalar loss of the log-softmax over the heads ``(N, H, C)``."""
        return self.loss_weight * partition_loss(heads.float())
