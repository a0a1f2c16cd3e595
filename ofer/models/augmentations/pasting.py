"""Occluders pasted over the faces of a batch: cut-outs from a folder and occluders that the library draws.

The occluders are a table of small RGBA pictures. A random picture is pasted at a random place of each image, in one resampling.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.augmentations.affine import affine_matrices, uniform
from ofer.models.layers.face_batch import FaceBatch, grey
from ofer.registry import MODELS, TRANSFORMS

SKIN = ((224, 178, 152), (198, 146, 118), (160, 112, 88), (110, 74, 58))


def blend(images: Tensor, layers: Tensor) -> Tensor:
    """Composite pictures over images.

    Args:
        images: ``(N, C, H, W)``, 0 to 255, RGB or grey.
        layers: ``(N, 4, H, W)``: RGB, 0 to 255, times alpha; alpha in [0, 1]. Converted to grey for grey images.
    """
    colour, alpha = layers[:, :3], layers[:, 3:]
    if images.shape[1] == 1:
        colour = grey(colour)
    return images * (1 - alpha) + colour


def cut_out(picture: Tensor, mask: Tensor) -> Tensor:
    """Cut the masked part out of a picture, at half the size.

    Args:
        picture: ``(N, 3, 2H, 2W)``, 0 to 255.
        mask: ``(N, 1, 2H, 2W)``, 1 = the occluder.

    Returns:
        ``(N, 4, H, W)``: RGB times alpha, and alpha, the share of each pixel that the mask covers.
    """
    return F.avg_pool2d(torch.cat([picture * mask, mask], 1), 2)


@MODELS.register_module()
class BatchPasting(nn.Module):
    """Paste an occluder over some images and mark the covered pixels.

    Args:
        source: config of the transform that makes the table: :class:`~ofer.datasets.PasteOccluders` or
            :class:`~ofer.datasets.DrawOccluders`.
        number: pictures in the table. They are made with the first batch, from a fixed seed.
        size: side of the pictures, pixels; the side of the faces suffices.
        prob: share of the images that get an occluder, rounded to a whole number of images of each batch.
        degrees, scale, translate: largest displacement from the place of the source, as in :class:`BatchAffine`.
        light: range of the factor on the colours.

    Raises:
        ValueError: ``number`` is not positive.
    """

    def __init__(
        self,
        source: dict,
        number: int = 1000,
        size: int = 48,
        prob: float = 0.5,
        degrees: float = 15.0,
        scale: tuple[float, float] = (0.85, 1.2),
        translate: float = 0.1,
        light: tuple[float, float] = (0.6, 1.2),
    ) -> None:
        super().__init__()
        if number < 1:
            raise ValueError(f'number={number}: expected at least one picture')
        self.source = dict(source)
        self.number, self.size, self.prob = number, size, prob
        self.affine = dict(degrees=degrees, scale=scale, translate=translate)
        self.light = light
        self._table: Tensor | None = None  # no buffer: averaged weights and copies of the model do not need it

    def draw_table(self) -> Tensor:
        """``(number, 4, size, size)``: RGB times alpha, 0 to 255, and alpha in [0, 1]."""
        transform = TRANSFORMS.build(self.source | {'seed': 0})
        side = 2 * self.size
        covered = []
        for index in range(self.number):
            value = SKIN[index % len(SKIN)]  # a drawn hand takes the colour of the picture below it
            covered.append(transform({'img': np.full((side, side, 3), value, np.uint8), 'sample_idx': index}))
        pictures = torch.from_numpy(np.stack([one['img'] for one in covered])).permute(0, 3, 1, 2).float()
        masks = torch.from_numpy(np.stack([one['gt_occlusion'] for one in covered]))[:, None].float()
        return cut_out(pictures, masks)

    def forward(self, batch: FaceBatch) -> FaceBatch:
        images, device = batch.images, batch.images.device
        if self._table is None or self._table.device != device:
            self._table = self.draw_table().to(device)
        chosen = torch.rand(len(images), device=device).topk(round(self.prob * len(images))).indices  # a fixed number: fixed shapes
        if not len(chosen):
            return batch
        layers = self._moved(self._table[torch.randint(self.number, (len(chosen),), device=device)], images.shape[2:])
        pasted, covered = images.clone(), batch.occlusion.clone()
        pasted[chosen] = blend(images[chosen], layers)
        covered[chosen] = torch.maximum(covered[chosen], layers[:, 3:])
        return replace(batch, images=pasted, occlusion=covered)

    def _moved(self, layers: Tensor, size: Sequence[int]) -> Tensor:
        number, device = len(layers), layers.device
        largest = math.radians(cast(float, self.affine['degrees']))
        matrices = affine_matrices(
            angle=uniform(number, -largest, largest, device),
            scale=uniform(number, *cast(tuple[float, float], self.affine['scale']), device),
            shift=(torch.rand(number, 2, device=device) * 2 - 1) * cast(float, self.affine['translate']),
            mirrored=torch.rand(number, device=device) < 0.5,
        )
        grid = F.affine_grid(matrices, [number, 4, *size], align_corners=False)
        moved = F.grid_sample(layers, grid, align_corners=False)
        alpha = moved[:, 3:].clamp(0, 1)
        light = uniform(number, *self.light, device)[:, None, None, None]
        return torch.cat([torch.minimum(moved[:, :3] * light, 255 * alpha), alpha], 1)
