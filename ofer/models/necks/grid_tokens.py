"""Image tokens: from the feature map of the backbone to a square grid of tokens.

The published code rereads the memory of a ``(256, 14, 14)`` map as ``(49, 1024)``: a token then holds 1024 values of five or six channels,
and belongs to no place. Here the layout is space-to-depth: token (y, x) holds the block of the map at place (y, x). A linear map follows
both.
"""

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.registry import MODELS


def space_to_depth(x: Tensor, grid: int) -> Tensor:
    """``(N, C, H, W)`` to ``(N, grid ** 2, C * H * W / grid ** 2)``; token ``y * grid + x`` holds the block at place (y, x)."""
    return F.pixel_unshuffle(x, int(x.shape[-1]) // grid).flatten(2).transpose(1, 2)


def reread_memory(x: Tensor, grid: int) -> Tensor:
    """The published layout: the memory of ``(N, C, H, W)`` read as ``(N, grid ** 2, C * H * W / grid ** 2)``."""
    return x.contiguous(memory_format=torch.contiguous_format).view(x.shape[0], grid * grid, -1)


_LAYOUTS = {'space_to_depth': space_to_depth, 'published': reread_memory}


@MODELS.register_module()
class GridTokens(BaseModule):
    """Tokens of a feature map, on a square grid.

    Args:
        in_channels: channels ``C`` of the feature map.
        in_size: its side in cells.
        grid: side of the token grid; must divide ``in_size``.
        embed_dims: channels of a token.
        layout: ``'space_to_depth'`` (token (y, x) is place (y, x)) or ``'published'``.

    Raises:
        ValueError: unknown layout, or a grid that does not divide the map.
    """

    def __init__(
        self, in_channels: int = 256, in_size: int = 14, grid: int = 7, embed_dims: int = 512, layout: str = 'space_to_depth',
        init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        if layout not in _LAYOUTS:
            raise ValueError(f'layout {layout!r} is unknown: choose one of {sorted(_LAYOUTS)}')
        if in_size % grid:
            raise ValueError(f'grid {grid} does not divide the {in_size} x {in_size} feature map')
        self.in_size, self.grid, self.layout, self.out_channels = in_size, grid, layout, embed_dims
        self.proj = nn.Linear(in_channels * (in_size // grid) ** 2, embed_dims)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, in_size, in_size)`` to ``(N, embed_dims, grid, grid)``.

        Raises:
            ValueError: the map has another size.
        """
        if x.shape[-2:] != (self.in_size, self.in_size):
            raise ValueError(f'feature map is {tuple(x.shape[-2:])}, expected {self.in_size} x {self.in_size}: change in_size or backbone')
        tokens = self.proj(_LAYOUTS[self.layout](x, self.grid))
        return tokens.transpose(1, 2).reshape(-1, self.out_channels, self.grid, self.grid)
