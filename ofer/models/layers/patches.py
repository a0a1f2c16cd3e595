"""Images as patches on a square grid, masks over them, and the positions of their tokens.

A patch mask is ``(N, L)`` bool, True = hidden (or occluded), in raster order; ``L = grid ** 2``. A flattened patch is in the order of the
published masked autoencoders: row, column, channel.
"""

import torch
from mmpretrain.models.utils import build_2d_sincos_position_embedding
from torch import Tensor

from ofer.masks import patches_to_pixels


def patchify(images: Tensor, patch_size: int) -> Tensor:
    """Cut images into patches.

    Args:
        images: ``(N, C, H, W)``; height and width are multiples of ``patch_size``.
        patch_size: pixels a side.

    Returns:
        ``(N, L, patch_size ** 2 * C)``, patches in raster order.

    Raises:
        ValueError: the size is no multiple of ``patch_size``.
    """
    n, channels, height, width = images.shape
    if height % patch_size or width % patch_size:
        raise ValueError(f'images of {height}x{width} pixels cannot be cut into patches of {patch_size}')
    cut = images.reshape(n, channels, height // patch_size, patch_size, width // patch_size, patch_size)
    return cut.permute(0, 2, 4, 3, 5, 1).reshape(n, -1, patch_size**2 * channels)


def unpatchify(patches: Tensor, patch_size: int) -> Tensor:
    """Put the patches of square images together: the inverse of :func:`patchify`.

    Args:
        patches: ``(N, L, patch_size ** 2 * C)``, ``L`` a square number.
        patch_size: pixels a side.

    Returns:
        ``(N, C, H, W)``.
    """
    n, length, values = patches.shape
    grid, channels = grid_side(length), values // patch_size**2
    cut = patches.reshape(n, grid, grid, patch_size, patch_size, channels)
    return cut.permute(0, 5, 1, 3, 2, 4).reshape(n, channels, grid * patch_size, grid * patch_size)


def grid_side(length: int) -> int:
    """Patches a side of a square grid of ``length`` patches.

    Raises:
        ValueError: ``length`` is no square number.
    """
    side = round(int(length) ** 0.5)  # a number in a traced graph too
    if side**2 != length:
        raise ValueError(f'{length} patches are no square grid')
    return side


def check_mask(mask: Tensor, images: int, length: int) -> None:
    """Check the shape and type of a patch mask.

    Args:
        mask: the tensor to check.
        images: ``N``.
        length: ``L``.

    Raises:
        ValueError: it is not bool, or of another shape.
    """
    if mask.dtype != torch.bool or mask.shape != (images, length):
        raise ValueError(
            f'mask is {str(mask.dtype).removeprefix("torch.")} {tuple(mask.shape)}, expected bool {(images, length)}, True = hidden: '
            f'one value for each of the {grid_side(length)}x{grid_side(length)} patches'
        )


def mask_to_pixels(mask: Tensor, patch_size: int) -> Tensor:
    """``(N, L)`` patch mask to ``(N, 1, H, W)``: every pixel has the value of its patch."""
    grid = grid_side(mask.shape[1])
    return patches_to_pixels(mask.reshape(-1, 1, grid, grid), grid * patch_size, grid * patch_size)


def random_mask(
    images: int, length: int, ratio: float, generator: torch.Generator | None = None, device: torch.device | None = None
) -> Tensor:
    """Hide the same number of patches in each image, every choice equally likely.

    Args:
        images: ``N``.
        length: ``L``.
        ratio: share of the patches to hide, in [0, 1]; ``L - int(L * (1 - ratio))`` are, as in the published code.
        generator: generator of the choice; None: the default one of the device.
        device: device of the mask; None: the CPU.

    Returns:
        ``(N, L)`` bool, True = hidden.

    Raises:
        ValueError: ``ratio`` is not in [0, 1].
    """
    if not 0 <= ratio <= 1:
        raise ValueError(f'ratio={ratio}: expected a share of the patches in [0, 1]')
    noise = torch.rand(images, length, generator=generator, device=device)
    return noise.argsort(1).argsort(1) >= int(length * (1 - ratio))


def sincos_positions(grid: int, embed_dims: int) -> Tensor:
    """The fixed position embedding of the published masked autoencoders.

    The first half of the channels encodes the column, the second the row: sines, then cosines, of frequencies from 1 down to 1 / 10000.

    Args:
        grid: patches a side.
        embed_dims: channels of a token, a multiple of 4.

    Returns:
        ``(1, 1 + grid ** 2, embed_dims)``: the class token first, which is 0.

    Raises:
        ValueError: ``embed_dims`` is no multiple of 4.
    """
    if embed_dims % 4:
        raise ValueError(f'embed_dims={embed_dims}: sines and cosines of two axes need a multiple of 4')
    rows_first = build_2d_sincos_position_embedding(grid, embed_dims, cls_token=True)
    return rows_first.roll(embed_dims // 2, dims=-1)


def latent_map(tokens: Tensor, grid: int) -> Tensor:
    """Latents of all patches on their grid.

    Args:
        tokens: ``(N, 1 + grid ** 2, D)``: the class token, which is left out, then the patches in raster order.
        grid: patches a side.

    Returns:
        ``(N, D, grid, grid)``.
    """
    return tokens[:, 1:].transpose(1, 2).reshape(-1, tokens.shape[2], grid, grid)  # unflatten would fix the batch of an exported graph
