"""Predicts the occluded parts of a face: a light head on the feature maps of a backbone, trained with pasted occluders."""

from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.masks import covered_share
from ofer.registry import MODELS
from ofer.structures import FaceSample, stacked


@MODELS.register_module()
class OcclusionMapHead(BaseModule):
    """Predicts the occlusion of each cell of a grid.

    The maps are resized to the grid (bilinearly), projected by a 1x1 convolution each and added; a 3x3 and a 1x1 convolution follow. The
    loss is the cross entropy against the covered share of the cell.

    Args:
        in_channels: channels of the maps that are used: the last ones of the backbone.
        grid: cells per side.
        channels: channels inside the head.
        loss_weight: factor of the loss.
        threshold: score from which a cell is occluded in ``pred_occlusion``.

    Raises:
        ValueError: the backbone returns fewer maps.
    """

    def __init__(
        self, in_channels: Sequence[int], grid: int = 12, channels: int = 64, loss_weight: float = 0.2, threshold: float = 0.5
    ) -> None:
        super().__init__()
        self.grid, self.loss_weight, self.threshold = grid, loss_weight, threshold
        self.laterals = nn.ModuleList(nn.Conv2d(width, channels, 1) for width in in_channels)
        self.read = nn.Sequential(
            nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels, 3, 1, 1), nn.ReLU(), nn.Conv2d(channels, 1, 1)
        )

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """``(N, grid, grid)``: logits, above 0 = more than half of the cell is covered.

        Args:
            maps: feature maps of the backbone, each ``(N, C, h, w)``.
        """
        if len(maps) < len(self.laterals):
            raise ValueError(f'OcclusionMapHead reads {len(self.laterals)} maps, and the backbone returns {len(maps)}: set its out_stages')
        joined = torch.stack(
            [
                F.interpolate(lateral(x), size=(self.grid, self.grid), mode='bilinear', align_corners=False)
                for lateral, x in zip(self.laterals, maps[-len(self.laterals) :], strict=True)
            ]
        ).sum(0)
        return self.read(joined)[:, 0].float()

    def loss(self, maps: Sequence[Tensor], data_samples: Sequence[FaceSample]) -> dict[str, Tensor]:
        """``{'loss_occlusion': ()}``, from ``gt_occlusion`` of the samples.

        Raises:
            ValueError: the samples have none.
        """
        occlusion = stacked(data_samples, 'gt_occlusion')
        if occlusion is None:
            raise ValueError('OcclusionMapHead learns from gt_occlusion, and the samples have none: add augmentations that occlude')
        loss = F.binary_cross_entropy_with_logits(self(maps), covered_share(occlusion, self.grid, self.grid))
        return {'loss_occlusion': self.loss_weight * loss}

    def predict(self, maps: Sequence[Tensor], data_samples: Sequence[FaceSample]) -> None:
        """Set ``occlusion_score`` ``(grid, grid)`` in [0, 1], higher = more likely occluded, and ``pred_occlusion`` bool in the samples."""
        for sample, score in zip(data_samples, self(maps).sigmoid(), strict=True):
            sample.set_field(score, 'occlusion_score')
            sample.set_field(score > self.threshold, 'pred_occlusion')
