"""Holes of a batch: the pixels that a painter has to repaint, as whole patches, like the flags of a detector."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from ofer.masks import covered_share, patches_to_pixels
from ofer.models.augmentations.affine import uniform
from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


def random_patches(share: Tensor, grid: int) -> Tensor:
    """Random patches of each image.

    Args:
        share: ``(N,)``, share of the patches, in [0, 1], rounded to whole ones.
        grid: patches a side.

    Returns:
        ``(N, grid, grid)`` bool.
    """
    order = torch.rand(len(share), grid * grid, device=share.device).argsort(1).argsort(1)
    return (order < (share * grid * grid).round()[:, None]).view(-1, grid, grid)


def strokes(
    number: int, grid: int, pieces: int, length: tuple[float, float], thickness: tuple[float, float], device: torch.device
) -> Tensor:
    """A stroke of a thick brush with changing direction over each image.

    Args:
        number: number of images (``N``).
        grid: patches a side.
        pieces: straight pieces of a stroke.
        length: range of the length of a piece, share of the image side.
        thickness: range of the thickness of the brush, share of the image side.
        device: device of the result.

    Returns:
        ``(N, grid, grid)`` bool, True = the centre of the patch is under the brush. The line of the stroke stays inside the image.
    """
    place = torch.rand(number, 2, device=device)
    heading = uniform(number, 0, 2 * torch.pi, device)
    radius = uniform(number, *thickness, device)[:, None, None] / 2
    axis = (torch.arange(grid, device=device) + 0.5) / grid
    centres = torch.stack(torch.meshgrid(axis, axis, indexing='xy'), -1)  # (grid, grid, 2), x and y
    covered = torch.zeros(number, grid, grid, dtype=torch.bool, device=device)
    for _ in range(pieces):
        heading = heading + uniform(number, -1.2, 1.2, device)
        step = torch.stack([heading.cos(), heading.sin()], 1) * uniform(number, *length, device)[:, None]
        stop = (place + step).clamp(0, 1)
        covered |= distance_to_segments(centres, place, stop) <= radius
        place = stop
    return covered


def distance_to_segments(points: Tensor, start: Tensor, stop: Tensor) -> Tensor:
    """Distances ``(N, h, w)`` of points ``(h, w, 2)`` to the segments between ``start`` and ``stop``, ``(N, 2)`` each."""
    along = (stop - start)[:, None, None]
    offset = points - start[:, None, None]
    share = ((offset * along).sum(-1) / along.square().sum(-1).clamp_min(1e-12)).clamp(0, 1)
    return (offset - share[..., None] * along).norm(dim=-1)


@MODELS.register_module()
class KeepTruth(nn.Module):
    """Keep the images as they are at this place of the list, as ``truth``: the target of painters.

    Later changes of geometry and light are applied to both; later occluders to the images only. Truth that the data set already gives
    (``gt_image``) is unchanged.
    """

    def forward(self, batch: FaceBatch) -> FaceBatch:
        return batch if batch.truth is not None else replace(batch, truth=batch.images)


@MODELS.register_module()
class BatchHole(nn.Module):
    """Make a hole in each image, of whole patches. The image is not changed. The last of the augmentations.

    An image with an occluder gets the patches that it covers. An image without one gets a stroke or random patches.

    Args:
        grid: patches a side; divides the image side.
        threshold: a patch belongs to the hole if the occluder covers more than this share of it.
        stroke: share of strokes among the images without occluder; the others get random patches.
        share: range of the share of random patches.
        pieces: straight pieces of a stroke.
        length: range of the length of a piece, share of the image side.
        thickness: range of the thickness of a stroke, share of the image side.

    Raises:
        ValueError: a share outside [0, 1], an empty range, no patch or no piece; the grid does not divide the image.
    """

    def __init__(
        self,
        grid: int = 12,
        threshold: float = 0.0,
        stroke: float = 0.5,
        share: tuple[float, float] = (0.1, 0.5),
        pieces: int = 5,
        length: tuple[float, float] = (0.1, 0.35),
        thickness: tuple[float, float] = (0.1, 0.25),
    ) -> None:
        super().__init__()
        if grid < 1 or pieces < 1:
            raise ValueError(f'grid={grid}, pieces={pieces}: expected at least one patch and one piece')
        if not 0 <= threshold < 1 or not 0 <= stroke <= 1:
            raise ValueError(f'threshold={threshold}, stroke={stroke}: expected shares in [0, 1]; the threshold less than 1')
        for name, values in dict(share=share, length=length, thickness=thickness).items():
            if not 0 <= values[0] <= values[1] <= 1:
                raise ValueError(f'{name}={tuple(values)}: expected two shares in [0, 1], the smaller first')
        self.grid, self.threshold, self.stroke, self.share = grid, threshold, stroke, share
        self.pieces, self.length, self.thickness = pieces, length, thickness

    def forward(self, batch: FaceBatch) -> FaceBatch:
        number, device, size = len(batch.images), batch.images.device, batch.images.shape[2:]
        if size[0] % self.grid or size[1] % self.grid:
            raise ValueError(f'images are {tuple(size)} and BatchHole has grid={self.grid}: expected a grid that divides the image')
        patches = random_patches(uniform(number, *self.share, device), self.grid)
        brushed = strokes(number, self.grid, self.pieces, self.length, self.thickness, device)
        drawn = torch.where((torch.rand(number, device=device) < self.stroke)[:, None, None], brushed, patches)
        occluded = covered_share(batch.occlusion[:, 0] > 0.5, self.grid, self.grid) > self.threshold
        hole = torch.where(occluded.flatten(1).any(1)[:, None, None], occluded, drawn)
        return replace(batch, hole=patches_to_pixels(hole, size[0], size[1])[:, None])
