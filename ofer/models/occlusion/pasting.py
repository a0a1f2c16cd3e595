"""Stand-ins for occluders, without a picture of one: pieces of faces in other places and colours (after CutPaste, Li et al., CVPR 2021)."""

import torch
from torch import Tensor


def random_shapes(images: int, side: int, scale: tuple[float, float], generator: torch.Generator | None = None) -> Tensor:
    """Turned ellipses and rectangles, one an image, with any centre.

    Args:
        images: ``N``.
        side: pixels a side.
        scale: range of both half axes, as shares of the side.
        generator: where they come from; torch's own without it.

    Returns:
        ``(N, side, side)`` bool, True = inside.
    """

    def draw(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(images, 1, 1, generator=generator)

    axis = (torch.arange(side) + 0.5) / side
    x, y = axis[None, None, :] - draw(0.1, 0.9), axis[None, :, None] - draw(0.1, 0.9)
    angle, a, b = draw(0, torch.pi), draw(*scale), draw(*scale)
    along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
    power = torch.where(draw(0, 1) < 0.5, 2.0, 12.0)  # |u|^12 + |v|^12 <= 1 is all but a rectangle
    return (along / a).abs() ** power + (across / b).abs() ** power <= 1


def paste_pieces(
    images: Tensor, scale: tuple[float, float] = (0.08, 0.35), own: float = 0.5, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Cover a part of each image with a piece of a face from another place of it, mirrored.

    Some pieces are the image's own, in their colours: a hand has the skin's colour, and a lock of hair the hair's. The others are of the
    next image in the batch, with channels exchanged, stretched (also to nothing: a plain colour) and shifted at random.

    Args:
        images: ``(N, C, H, H)``, normalised to about mean 0 and deviation 1.
        scale: of the shapes, see :func:`random_shapes`.
        own: share of the images that are covered with a piece of themselves, in [0, 1].
        generator: where the choices come from; torch's own without it.

    Returns:
        The images, and ``(N, H, H)`` bool, True = covered.
    """
    n, channels, side = images.shape[:3]
    shapes = random_shapes(n, side, scale, generator).to(images.device)
    down, right = (int(torch.randint(side // 4, side - side // 4, (1,), generator=generator)) for _ in range(2))
    moved = images.flip(3).roll((down, right), (2, 3))
    order = torch.rand(n, channels, generator=generator).argsort(1).to(images.device)
    exchanged = moved.roll(1, 0).gather(1, order[:, :, None, None].expand_as(moved))
    stretch = torch.rand(n, channels, 1, 1, generator=generator).to(images)
    shift = 2 * torch.randn(n, channels, 1, 1, generator=generator).to(images)
    recoloured = (exchanged * stretch + shift).clamp(-2.5, 2.8)  # as black and white are
    itself = (torch.rand(n, 1, 1, 1, generator=generator) < own).to(images.device)
    return torch.where(shapes[:, None], torch.where(itself, moved, recoloured), images), shapes
