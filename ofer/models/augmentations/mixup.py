"""Mixup (Zhang et al. 2018): weighted means of two faces and of their labels."""

from dataclasses import replace

import torch
from torch import nn
from torch.distributions import Beta

from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


@MODELS.register_module()
class BatchMixup(nn.Module):
    """Replace some images by a weighted mean with another image of the batch; labels and occlusion likewise.

    Args:
        alpha: parameter of the beta distribution of the weights; each image draws its own.
        prob: share of the images that are mixed.

    Raises:
        ValueError: a value out of range; or the batch has no label.
    """

    def __init__(self, alpha: float = 0.2, prob: float = 0.5) -> None:
        super().__init__()
        if alpha <= 0 or not 0 <= prob <= 1:
            raise ValueError(f'BatchMixup: alpha={alpha} must be above 0, and prob={prob} a share in [0, 1]')
        self.alpha, self.prob = alpha, prob

    def forward(self, batch: FaceBatch) -> FaceBatch:
        if batch.scores is None:
            raise ValueError('BatchMixup mixes labels, and this batch has none: set num_classes of the data_preprocessor')
        images, number = batch.images, len(batch.images)
        weight = Beta(images.new_full((), self.alpha), images.new_full((), self.alpha), validate_args=False).sample((number,))
        weight = torch.where(torch.rand(number, device=images.device) < self.prob, torch.minimum(weight, 1 - weight), 0)
        other = torch.randperm(number, device=images.device)
        maps = weight[:, None, None, None]
        return replace(
            batch,
            images=images.lerp(images[other], maps),
            occlusion=batch.occlusion.lerp(batch.occlusion[other], maps),
            scores=batch.scores.lerp(batch.scores[other], weight[:, None]),
        )
