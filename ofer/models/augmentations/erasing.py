"""Random rectangles over the faces of a batch."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from ofer.models.augmentations.affine import uniform
from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS

FILLS = ('mean', 'black', 'grey', 'noise', 'face')


def rectangles(top: Tensor, left: Tensor, height: Tensor, width: Tensor, size: tuple[int, int]) -> Tensor:
    """Masks of rectangles.

    Args:
        top: ``(N,)``, share of the image's height.
        left: ``(N,)``, share of its width.
        height: ``(N,)``, share of its height.
        width: ``(N,)``, share of its width.
        size: height and width of the masks, pixels.

    Returns:
        ``(N, 1, H, W)`` bool, True where a pixel's centre is inside.
    """
    y = (torch.arange(size[0], device=top.device) + 0.5) / size[0]
    x = (torch.arange(size[1], device=top.device) + 0.5) / size[1]
    rows = (y >= top[:, None]) & (y < (top + height)[:, None])
    columns = (x >= left[:, None]) & (x < (left + width)[:, None])
    return (rows[:, :, None] & columns[:, None, :])[:, None]


@MODELS.register_module()
class BatchErasing(nn.Module):
    """Cover a rectangle of an image, and mark it as occluded.

    Args:
        prob: share of the images that get a rectangle.
        size: range of each side, share of the image side; height and width are drawn independently.
        fills: fillings, of which one is drawn for each image: ``'mean'`` (mid grey), ``'black'``, ``'grey'`` (one drawn value), ``'noise'``
            (a value for each pixel) or ``'face'`` (the same region of another face of the batch).

    Raises:
        ValueError: an unknown fill, or an empty range.
    """

    def __init__(self, prob: float = 0.5, size: tuple[float, float] = (0.125, 0.4), fills: tuple[str, ...] = ('mean',)) -> None:
        super().__init__()
        unknown = [fill for fill in fills if fill not in FILLS]
        if unknown or not fills:
            raise ValueError(f'fills={tuple(fills)}: choose from {", ".join(FILLS)}')
        if not 0 < size[0] <= size[1] <= 1:
            raise ValueError(f'size={tuple(size)}: expected two shares of the image in (0, 1], the smaller first')
        self.prob, self.size, self.fills = prob, size, tuple(fills)

    def forward(self, batch: FaceBatch) -> FaceBatch:
        images = batch.images
        number, device = len(images), images.device
        height, width = uniform(number, *self.size, device), uniform(number, *self.size, device)
        top, left = torch.rand(number, device=device) * (1 - height), torch.rand(number, device=device) * (1 - width)
        mask = rectangles(top, left, height, width, (images.shape[2], images.shape[3]))
        mask = mask & (torch.rand(number, device=device) < self.prob)[:, None, None, None]
        kinds = torch.randint(len(self.fills), (number,), device=device)
        for kind, fill in enumerate(self.fills):
            chosen = mask & (kinds == kind)[:, None, None, None]
            images = torch.where(chosen, self._filling(fill, batch.images), images)
        return replace(batch, images=images, occlusion=torch.where(mask, 1.0, batch.occlusion))

    def _filling(self, fill: str, images: Tensor) -> Tensor:
        if fill == 'face':
            return images.roll(1, 0)
        if fill == 'noise':
            return torch.rand_like(images) * 255
        if fill == 'grey':
            return torch.rand(len(images), 1, 1, 1, device=images.device) * 255
        return images.new_full((), 127.5 if fill == 'mean' else 0.0)
