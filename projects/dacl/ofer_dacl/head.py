"""Head of Deep Attentive Center Loss (Farzaneh and Qi, WACV 2021): a linear classifier, and attention that weighs the centre loss.

The attention reads the whole last feature map and gives, for each dimension of the pooled feature, the probability that it counts. It is
used by the loss alone, so the test needs only the classifier.
"""

from typing import Any, ClassVar

import torch
from mmengine.dist import all_reduce
from mmpretrain.models.heads import LinearClsHead
from torch import Tensor, nn

from ofer.registry import MODELS
from ofer.structures import FaceSample

from .sparse_center_loss import center_gradient, sparse_center_loss


@MODELS.register_module()
class DACLHead(LinearClsHead):
    """Linear classifier of the pooled feature map, with the sparse centre loss.

    The centres are a buffer, which :meth:`update_centers` changes in each training step: gradient descent by their own gradient, at a
    constant rate.

    Args:
        num_classes: ``K``.
        in_channels: ``C`` of the feature map.
        grid: its height and width.
        hidden: widths of the three layers of the attention.
        center_weight: factor of the sparse centre loss.
        center_rate: learning rate of the centres.
        kwargs: arguments of :class:`mmpretrain.models.heads.LinearClsHead`, e.g. ``loss``.
    """

    centers: Tensor
    training_only: ClassVar = ('centers',)
    """Only the loss reads the centres, and published files do not hold them."""

    def __init__(
        self, num_classes: int, in_channels: int = 512, grid: int = 7, hidden: tuple[int, int, int] = (3584, 512, 64),
        center_weight: float = 0.01, center_rate: float = 0.5, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(num_classes, in_channels, **kwargs)
        first, second, code = hidden
        self.attention = nn.Sequential(
            *(nn.Linear(in_channels * grid * grid, first), nn.BatchNorm1d(first), nn.ReLU()),
            *(nn.Linear(first, second), nn.BatchNorm1d(second), nn.ReLU()),
            *(nn.Linear(second, code), nn.BatchNorm1d(code), nn.Tanh()),
        )
        self.attention_heads = nn.Linear(code, 2 * in_channels)
        self.grid = grid
        self.center_weight, self.center_rate = center_weight, center_rate
        self.register_buffer('centers', torch.randn(num_classes, in_channels))

    def pre_logits(self, feats: tuple[Tensor, ...]) -> Tensor:
        """The pooled feature ``(N, C)``."""
        return feats[-1].mean((2, 3))

    def weights(self, feats: tuple[Tensor, ...]) -> Tensor:
        """Weight of each dimension of the pooled feature, ``(N, C)`` in (0, 1), 1 = it counts fully."""
        if feats[-1].shape[1:] != (self.in_channels, self.grid, self.grid):
            expected = f'(N, {self.in_channels}, {self.grid}, {self.grid})'
            raise ValueError(f'feature map of shape {tuple(feats[-1].shape)}: DACLHead expects {expected}; is it an image of another size?')
        logits = self.attention_heads(self.attention(feats[-1].flatten(1)))
        return logits.view(len(logits), self.in_channels, 2).softmax(2)[:, :, 1]

    def loss(self, feats: tuple[Tensor, ...], data_samples: list[FaceSample], **kwargs: Any) -> dict[str, Tensor]:
        """``loss`` of the classifier and ``loss_center``; in training the centres move.

        Args:
            feats: feature map ``(N, C, grid, grid)``, last of a tuple.
            data_samples: with ``gt_label``.
            kwargs: for the loss module.
        """
        labels = torch.cat([sample.gt_label for sample in data_samples])
        features, weights = self.pre_logits(feats), self.weights(feats)
        losses = super().loss(feats, data_samples, **kwargs)
        losses['loss_center'] = self.center_weight * sparse_center_loss(features, weights, self.centers, labels)
        if self.training:
            self.update_centers(features.detach(), weights.detach(), labels)
        return losses

    @torch.no_grad()
    def update_centers(self, features: Tensor, weights: Tensor, labels: Tensor) -> None:
        """One step of the centres, over the samples of all processes; arguments as for :func:`~ofer_dacl.center_gradient`."""
        total, number = center_gradient(features, weights, self.centers, labels)
        all_reduce(total)
        all_reduce(number)
        self.centers += self.center_rate * total / (1 + number)
