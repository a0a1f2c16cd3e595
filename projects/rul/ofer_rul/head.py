"""Head of Relative Uncertainty Learning (Zhang et al., NeurIPS 2021): a Gaussian for each face, mixed by uncertainty in training.

Two equal branches on the last feature map give the mean and the logarithm of the variance. In training, each face is mixed with a random
partner, and the mixture must be classified as both. In the test, the mean alone is classified.
"""

from typing import Any

import torch
from mmpretrain.models.heads import LinearClsHead
from torch import Tensor, nn

from ofer.registry import MODELS
from ofer.structures import FaceSample

from .uncertainty import mix_by_uncertainty, uncertainty

EPSILON = 2e-5


class Branch(nn.Sequential):
    """``(N, C, grid, grid)`` to ``(N, D)``; the published names are the indices of the layers."""

    def __init__(self, channels: int, grid: int, embed_dims: int, dropout: float) -> None:
        super().__init__(
            nn.BatchNorm2d(channels, eps=EPSILON, affine=False),
            nn.Dropout(dropout),
            nn.Flatten(),
            nn.Linear(channels * grid * grid, embed_dims),
            nn.BatchNorm1d(embed_dims, eps=EPSILON),
        )


@MODELS.register_module()
class RULHead(LinearClsHead):
    """Linear classifier of the mean of a Gaussian.

    Args:
        num_classes: ``K``.
        channels: ``C`` of the feature map.
        grid: its height and width.
        embed_dims: ``D``, dimension of the Gaussian.
        dropout: probability of dropping a value of the feature map in training.
        kwargs: arguments of :class:`mmpretrain.models.heads.LinearClsHead`, e.g. ``loss``.
    """

    def __init__(
        self, num_classes: int, channels: int = 512, grid: int = 7, embed_dims: int = 64, dropout: float = 0.4, **kwargs: Any
    ) -> None:
        super().__init__(num_classes, embed_dims, **kwargs)
        self.channels, self.grid = channels, grid
        self.mu = Branch(channels, grid, embed_dims, dropout)
        self.log_var = Branch(channels, grid, embed_dims, dropout)

    def pre_logits(self, feats: tuple[Tensor, ...]) -> Tensor:
        """The mean ``(N, D)`` of the Gaussian of each face."""
        return self.mu(self._checked(feats))

    def uncertainty(self, feats: tuple[Tensor, ...]) -> Tensor:
        """Uncertainty ``(N, 1)`` of each face, above 0, in the unit of the training."""
        return uncertainty(self.log_var(self._checked(feats)))

    def _checked(self, feats: tuple[Tensor, ...]) -> Tensor:
        if feats[-1].shape[1:] != (self.channels, self.grid, self.grid):
            expected = f'(N, {self.channels}, {self.grid}, {self.grid})'
            raise ValueError(f'feature map of shape {tuple(feats[-1].shape)}: RULHead expects {expected}; is it an image of another size?')
        return feats[-1]

    def loss(self, feats: tuple[Tensor, ...], data_samples: list[FaceSample], **kwargs: Any) -> dict[str, Tensor]:
        """Mean of the two losses of the mixture, for random partners; see :meth:`mixed_loss`."""
        partner = torch.randperm(len(feats[-1]), device=feats[-1].device)
        return {'loss': self.mixed_loss(feats, data_samples, partner, **kwargs)}

    def mixed_loss(self, feats: tuple[Tensor, ...], data_samples: list[FaceSample], partner: Tensor, **kwargs: Any) -> Tensor:
        """``(L(mixture, own label) + L(mixture, label of the partner)) / 2``.

        Args:
            feats: feature map ``(N, C, grid, grid)``, last of a tuple.
            data_samples: with ``gt_label``, or ``gt_score`` for soft labels.
            partner: ``(N,)``, a permutation of the indices.
            kwargs: for the loss module.
        """
        soft = 'gt_score' in data_samples[0]
        labels = torch.stack([s.gt_score for s in data_samples]) if soft else torch.cat([s.gt_label for s in data_samples])
        logits = self.fc(mix_by_uncertainty(self.pre_logits(feats), self.uncertainty(feats), partner))
        both = [self.loss_module(logits, target, avg_factor=len(logits), **kwargs) for target in (labels, labels[partner])]
        return (both[0] + both[1]) / 2
