"""Random mirroring, rotation, scaling and shift of each image of a batch, in one resampling."""

import math
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.categories import LANDMARK_MIRROR
from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


def affine_matrices(angle: Tensor, scale: Tensor, shift: Tensor, mirrored: Tensor) -> Tensor:
    """Matrices for ``torch.nn.functional.affine_grid``: from places in the new image to places in the old one.

    Args:
        angle: ``(N,)``, radians, clockwise rotation of the content, since ``y`` points down.
        scale: ``(N,)``, size of the new content divided by that of the old one.
        shift: ``(N, 2)``, x and y by which the content moves, shares of width and height.
        mirrored: ``(N,)`` bool.

    Returns:
        ``(N, 2, 3)``.
    """
    cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
    turn = torch.stack([torch.stack([cos, sin], 1), torch.stack([-sin, cos], 1)], 1)
    moved = -turn @ (2 * shift)[:, :, None]
    matrices = torch.cat([turn, moved], 2)
    sign = 1 - 2 * mirrored.to(matrices.dtype)
    return torch.stack([matrices[:, 0] * sign[:, None], matrices[:, 1]], 1)


def moved_landmarks(landmarks: Tensor, matrices: Tensor, mirrored: Tensor) -> Tensor:
    """Landmarks of the new images.

    Args:
        landmarks: ``(N, 68, 2)``, x and y as shares of width and height, 300-W order.
        matrices: ``(N, 2, 3)`` of :func:`affine_matrices`.
        mirrored: ``(N,)`` bool; the left and right points of these images are exchanged.
    """
    old = 2 * landmarks - 1 - matrices[:, None, :, 2]
    new = (torch.linalg.solve(matrices[:, :, :2], old.mT).mT + 1) / 2
    return torch.where(mirrored[:, None, None], new[:, list(LANDMARK_MIRROR)], new)


def uniform(number: int, low: float, high: float, device: torch.device) -> Tensor:
    """``(number,)`` float, drawn from [low, high)."""
    return torch.rand(number, device=device) * (high - low) + low


@MODELS.register_module()
class BatchAffine(nn.Module):
    """Mirror, rotate, scale and shift each image at random.

    Args:
        flip: share of the images that are mirrored.
        degrees: largest rotation in either direction.
        scale: range of the size of the content.
        translate: largest shift in either direction, share of width and height.
        fill: grey value of pixels outside the old image.

    Raises:
        ValueError: a share outside [0, 1], or an empty range.
    """

    def __init__(
        self,
        flip: float = 0.5,
        degrees: float = 14.0,
        scale: tuple[float, float] = (0.9, 1.1),
        translate: float = 0.06,
        fill: float = 127.5,
    ) -> None:
        super().__init__()
        if not 0 <= flip <= 1:
            raise ValueError(f'flip={flip}: expected a share in [0, 1]')
        if not 0 < scale[0] <= scale[1]:
            raise ValueError(f'scale={scale}: expected two factors above 0, the smaller first')
        self.flip, self.degrees, self.scale, self.translate, self.fill = flip, degrees, scale, translate, fill

    def forward(self, batch: FaceBatch) -> FaceBatch:
        images = batch.images
        number, device = len(images), images.device
        largest = math.radians(self.degrees)
        mirrored = torch.rand(number, device=device) < self.flip
        matrices = affine_matrices(
            angle=uniform(number, -largest, largest, device),
            scale=uniform(number, *self.scale, device),
            shift=(torch.rand(number, 2, device=device) * 2 - 1) * self.translate,
            mirrored=mirrored,
        )
        grid = F.affine_grid(matrices, list(images.shape), align_corners=False)
        occlusion, truth, hole = batch.occlusion, batch.truth, batch.hole
        moved = self._moved(images, grid)
        occlusion = F.grid_sample(occlusion, grid, align_corners=False)
        if truth is not None:
            truth = moved if truth is images else self._moved(truth, grid)
        if hole is not None:
            hole = F.grid_sample(hole.to(images), grid, align_corners=False) > 0.5
        landmarks = None if batch.landmarks is None else moved_landmarks(batch.landmarks, matrices, mirrored)
        return replace(batch, images=moved, occlusion=occlusion, landmarks=landmarks, truth=truth, hole=hole)

    def _moved(self, images: Tensor, grid: Tensor) -> Tensor:
        return F.grid_sample(images - self.fill, grid, align_corners=False) + self.fill
