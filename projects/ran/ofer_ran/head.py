"""The classifier of RAN, and its region-biased loss (Wang et al. 2020): some region must weigh more than the whole face."""

from typing import Any

from mmpretrain.models.heads import LinearClsHead
from torch import Tensor

from ofer.registry import MODELS
from ofer.structures import FaceSample


def region_biased_loss(weights: Tensor, margin: float) -> Tensor:
    """``max(0, margin - (largest weight of a part - weight of the whole face))``.

    Args:
        weights: ``(N, R)``; the last region is the whole face.
        margin: by how much the largest part should outweigh the whole face.

    Returns:
        ``(N,)``, 0 or more.
    """
    return (margin - (weights[:, :-1].amax(1) - weights[:, -1])).relu()


@MODELS.register_module()
class RegionHead(LinearClsHead):
    """The linear head of mmpretrain with :func:`region_biased_loss`; predictions get ``region_weights`` ``(R,)``.

    Args:
        margin: as in :func:`region_biased_loss`.
        region_weight: factor of that loss.
        kwargs: arguments of :class:`mmpretrain.models.heads.LinearClsHead`.

    Raises:
        ValueError: a negative margin, with which the loss would allow the whole face to weigh most.
    """

    def __init__(self, *, margin: float = 0.1, region_weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if margin < 0:
            raise ValueError(f'margin={margin}: expected at least 0')
        self.margin, self.region_weight = margin, region_weight

    def loss(self, feats: tuple[Tensor, ...], data_samples: list[FaceSample], **kwargs: Any) -> dict[str, Tensor]:
        """``loss``, the cross entropy, and ``loss_region``.

        Args:
            feats: weights of the regions ``(N, R)``, and features ``(N, 2 C)``.
            data_samples: with ``gt_label``, and maybe ``gt_score``.
            kwargs: arguments of the cross entropy.
        """
        region = region_biased_loss(feats[0].float(), self.margin).mean()
        return super().loss(feats, data_samples, **kwargs) | {'loss_region': self.region_weight * region}

    def predict(self, feats: tuple[Tensor, ...], data_samples: list[FaceSample] | None = None) -> list[FaceSample]:
        samples = super().predict(feats, data_samples)
        for sample, weights in zip(samples, feats[0], strict=True):
            sample.set_field(weights, 'region_weights')
        return samples
