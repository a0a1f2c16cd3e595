"""Synthetic occluders without pictures or drawings of objects: random forms, filled with pieces of faces or with shaded colours.

After CutPaste (Li et al., CVPR 2021), which moves pieces of the image, and DRAEM (Zavrtanik et al., ICCV 2021), which cuts out textures
with smooth noise. No knowledge of real occluders or their places is used.
"""

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ofer.models.layers.constants import constant
from ofer.models.layers.fixed_shapes import shapes_are_fixed

FILLINGS = dict(moved=0.2, other=0.1, recoloured=0.2, colour=0.5)
"""Kinds of fillings and their probabilities."""


class RandomSource:
    """Random numbers for each image of a batch, on the device of the images.

    Args:
        number: number of images.
        device: device of the images.
        generator: CPU generator of the numbers; None: the default one of the device.
    """

    def __init__(self, number: int, device: torch.device, generator: torch.Generator | None = None) -> None:
        self.number = number
        self.device = device
        self.generator = generator
        self._drawn: dict[str, Any] = dict(generator=generator, device=device if generator is None else generator.device)

    def of(self, number: int) -> 'RandomSource':
        """The same source for another number of images."""
        return RandomSource(number, self.device, self.generator)

    def uniform(self, low: float, high: float) -> Tensor:
        """``(N, 1, 1)`` in [low, high)."""
        return low + (high - low) * self.shares(1, 1)

    def at_times(self, most: float) -> Tensor:
        """``(N, 1, 1)``: 0 for a half of the images, else in [0, most)."""
        return self.uniform(-most, most).clamp(min=0)

    def normal(self, *shape: int) -> Tensor:
        """``(N, *shape)``, of a standard normal distribution."""
        return torch.randn(self.number, *shape, **self._drawn).to(self.device)

    def shares(self, *shape: int) -> Tensor:
        """``(N, *shape)`` in [0, 1)."""
        return torch.rand(self.number, *shape, **self._drawn).to(self.device)

    def whole(self, low: int, high: int, *shape: int) -> Tensor:
        """``shape`` whole numbers in [low, high); without a shape, one number for all images."""
        return torch.randint(low, high, shape, **self._drawn).to(self.device)

    def order(self) -> Tensor:
        """The images in random order, ``(N,)``."""
        return torch.randperm(self.number, **self._drawn).to(self.device)

    def choose(self, choices: Tensor, chances: list[float]) -> Tensor:
        """For each image one of several tensors ``(choices, N, ...)``."""
        weights = constant(tuple(chances), torch.empty(0, device=self._drawn['device']))
        chosen = weights.multinomial(self.number, replacement=True, generator=self.generator)
        return choices[chosen.to(self.device), torch.arange(self.number, device=self.device)]


def smooth_noise(rng: RandomSource, side: int, cells: int) -> Tensor:
    """Noise that changes over ``side / cells`` pixels, ``(N, side, side)``, each with mean 0 and deviation 1."""
    noise = F.interpolate(rng.normal(1, cells, cells), size=(side, side), mode='bicubic', align_corners=True)[:, 0]
    return (noise - noise.mean((1, 2), keepdim=True)) / noise.std((1, 2), keepdim=True)


def turned_axes(rng: RandomSource, side: int) -> tuple[Tensor, Tensor]:
    """Places along two axes that cross anywhere in the image, turned, in shares of the side; each ``(N, side, side)``."""
    axis = (torch.arange(side, device=rng.device) + 0.5) / side
    x, y, angle = axis[None, None, :] - rng.uniform(0, 1), axis[None, :, None] - rng.uniform(0, 1), rng.uniform(0, torch.pi)
    return x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()


def bent_ellipses(rng: RandomSource, side: int, scale: tuple[float, float]) -> Tensor:
    """Turned and bent ellipses and rectangles with half axes in ``scale``, in shares of the side: ``(N, side, side)`` bool."""
    along, across = turned_axes(rng, side)
    low, high = map(math.log, scale)
    a, b = rng.uniform(low, high).exp(), rng.uniform(low, high).exp()
    power = torch.where(rng.uniform(0, 1) < 0.6, 2.0, 12.0)  # |u|^12 + |v|^12 <= 1 is all but a rectangle
    across = across + rng.uniform(-1.5, 1.5) * along.square()
    return (along / a).abs() ** power + (across / b).abs() ** power <= 1


def blobs(rng: RandomSource, side: int) -> Tensor:
    """Regions of high smooth noise near a random place: ``(N, side, side)`` bool."""
    cells = range(3, 7)
    if shapes_are_fixed():
        noise = rng.choose(torch.stack([smooth_noise(rng, side, number) for number in cells]), [1.0] * len(cells))
    else:
        noise = smooth_noise(rng, side, int(rng.whole(cells.start, cells.stop)))
    along, across = turned_axes(rng, side)
    return noise + 1 - (along.square() + across.square()) / rng.uniform(0.1, 0.5).square() > rng.uniform(0, 1.5)


def stripes(rng: RandomSource, side: int) -> Tensor:
    """Bundles of curved stripes: ``(N, side, side)`` bool."""
    along, across = turned_axes(rng, side)
    wave = rng.uniform(0, 0.05) * torch.sin(rng.uniform(2, 12) * along + rng.uniform(0, 2 * torch.pi))
    across = across + wave + rng.uniform(-1, 1) * along.square()
    period = rng.uniform(-2.8, -1.4).exp() * (1 + rng.uniform(-0.8, 0.8) * along)
    inside = (across / period) % 1 < rng.uniform(0.4, 0.9)
    return inside & (across.abs() < rng.uniform(0.05, 0.3)) & (along.abs() < rng.uniform(0.15, 0.9))


def random_forms(rng: RandomSource, side: int) -> Tensor:
    """A quarter blobs, a quarter stripes, otherwise ellipses, some with a small ellipse beside: ``(N, side, side)`` bool, True = inside.

    A form may be empty.
    """
    quarter = rng.number // 4
    forms = [bent_ellipses(rng.of(rng.number - 2 * quarter), side, (0.05, 0.4))]
    if quarter:
        forms += [blobs(rng.of(quarter), side), stripes(rng.of(quarter), side)]
    order = rng.order()
    beside = bent_ellipses(rng, side, (0.04, 0.25)) & (rng.uniform(0, 1) < 0.3)
    return torch.cat(forms)[order] | beside


def shaded_colours(rng: RandomSource, images: Tensor) -> Tensor:
    """A colour (of a pixel of the image, of a pixel of the next image, or random), shaded, with waves and roughness: ``(N, C, H, H)``."""
    n, channels, side = images.shape[:3]
    places = rng.whole(0, side * side, n, 1, 1).expand(-1, channels, -1)
    own = images.flatten(2).gather(2, places)[..., None]
    anything = rng.shares(channels, 1, 1).to(images)
    colour = rng.choose(torch.stack([own, own.roll(1, 0), anything]), [0.55, 0.15, 0.3])
    along, across = turned_axes(rng, side)
    across = across + rng.uniform(0, 0.05) * torch.sin(rng.uniform(2, 12) * along)
    pitch = rng.uniform(3, 5).exp()
    waves = torch.sin(pitch * across) + torch.sin(1.7 * pitch * across + rng.uniform(0, 2 * torch.pi))
    rough = F.interpolate(rng.normal(1, side // 2, side // 2), size=(side, side), mode='bilinear')[:, 0]
    relief = smooth_noise(rng, side, 3) * rng.uniform(0, 0.09) + rng.at_times(0.07) * waves + rng.at_times(0.055) * rough
    return colour + relief[:, None]


def random_fillings(rng: RandomSource, images: Tensor) -> Tensor:
    """One of :data:`FILLINGS` per image, with random brightness: ``(N, C, H, H)``.

    ``moved``: the image itself, mirrored and shifted: like a hand with the colour of the skin, or a lock of hair. ``other``: the same of
    the next image in the batch. ``recoloured``: that with channels exchanged, stretched and shifted. ``colour``: :func:`shaded_colours`.
    For a grey image all are grey.
    """
    channels, side = images.shape[1:3]
    shifts = [rng.whole(side // 4, side - side // 4, 1) for _ in range(2)]
    rows, columns = ((torch.arange(side, device=rng.device) - shift) % side for shift in shifts)
    moved = images.flip(3)[:, :, rows[:, None], columns]
    moved = torch.where(rng.whole(0, 2).bool(), moved.transpose(2, 3), moved)
    other = moved.roll(1, 0)
    order = rng.shares(channels).argsort(1)
    exchanged = other.gather(1, order[:, :, None, None].expand_as(other))
    stretch = rng.shares(channels, 1, 1).to(images)
    recoloured = exchanged * stretch + 0.35 * rng.normal(channels, 1, 1)
    filling = rng.choose(torch.stack([moved, other, recoloured, shaded_colours(rng, images)]), list(FILLINGS.values()))
    light = smooth_noise(rng, side, 2) * rng.uniform(0, 0.055) + 0.055 * rng.normal(1, 1)
    grey = (images - images.mean(1, keepdim=True)).abs().amax((1, 2, 3), keepdim=True) < 0.01
    return torch.where(grey, filling.mean(1, keepdim=True), filling) + light[:, None]


def paste_pieces(images: Tensor, clean: float = 0.15, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
    """Cover a part of each image with a foreign piece. It may cast a shadow, which does not count as covered.

    Args:
        images: ``(N, C, H, H)``, in [0, 1].
        clean: share of the images without a pasted piece, in [0, 1].
        generator: CPU generator of the random choices; None: the default one of torch.

    Returns:
        The images, and ``(N, H, H)`` bool, True = at least half of the pixel is covered.
    """
    n, side = len(images), images.shape[-1]
    rng = RandomSource(n, images.device, generator)
    forms = random_forms(rng, 2 * side) & (rng.uniform(0, 1) >= clean)
    alpha = F.avg_pool2d(forms[:, None].to(images), 2)
    softened = F.avg_pool2d(F.pad(alpha, (1, 1, 1, 1), mode='replicate'), 3, 1)
    alpha = torch.where((rng.uniform(0, 1) < 0.3)[:, None], softened, alpha)
    shadow = F.avg_pool2d(alpha, 9, 1, padding=4) * rng.uniform(-0.27, 0.18).clamp(min=0)[:, None]
    covered = (images - shadow) * (1 - alpha) + random_fillings(rng, images) * alpha
    return torch.where((shadow > 0) | (alpha > 0), covered.clamp(0, 1), images), alpha[:, 0] >= 0.5
