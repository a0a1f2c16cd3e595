"""A vision transformer with a convolutional stem (Xiao et al., NeurIPS 2021).

For encoders that are trained from scratch on a few thousand faces. The receptive field of the stem extends 7 pixels beyond each patch, so
no patch can be hidden from it: it is unsuitable for masked autoencoders.
"""

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.models.layers.transformer import layer_norm, transformer_blocks
from ofer.registry import MODELS


def stem_layer(in_channels: int, out_channels: int, halves: bool = False) -> nn.Sequential:
    """Convolution, BatchNorm, ReLU. The kernel is 3 x 3, or 2 x 2 with stride 2, which keeps cells centred on their patches."""
    kernel_size, stride, padding = (2, 2, 0) if halves else (3, 1, 1)
    convolution = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True))


@MODELS.register_module()
class ConvStemViT(BaseModule):
    """Vision transformer on patches of 8 pixels after a convolutional stem.

    Args:
        img_size: pixels a side, a multiple of 8.
        widths: channels of the stem at full, half and quarter resolution.
        embed_dims: channels of a token (``D``).
        depth: number of blocks.
        num_heads: attention heads; divides ``embed_dims``.
        mlp_ratio: width of the MLPs, as a multiple of ``embed_dims``.
        init_cfg: mmengine's initialisation.

    Raises:
        ValueError: ``img_size`` is no multiple of 8, or ``num_heads`` does not divide ``embed_dims``.
    """

    patch_size = 8

    def __init__(
        self,
        img_size: int = 64,
        widths: tuple[int, int, int] = (16, 32, 64),
        embed_dims: int = 96,
        depth: int = 3,
        num_heads: int = 3,
        mlp_ratio: float = 4.0,
        init_cfg: dict | list | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if img_size % self.patch_size:
            raise ValueError(f'img_size={img_size} needs to be a multiple of {self.patch_size}')
        self.grid = img_size // self.patch_size
        self.embed_dims = embed_dims
        full, half, quarter = widths
        self.stem = nn.Sequential(
            stem_layer(3, full),
            stem_layer(full, half, halves=True),
            stem_layer(half, half),
            stem_layer(half, quarter, halves=True),
            stem_layer(quarter, quarter),
            stem_layer(quarter, embed_dims, halves=True),
        )
        self.cls_token = nn.Parameter(torch.zeros(1, 1, embed_dims))
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, 1 + self.grid**2, embed_dims))
        self.blocks = transformer_blocks(depth, embed_dims, num_heads, mlp_ratio)
        self.norm = layer_norm(embed_dims)

    def forward(self, images: Tensor) -> Tensor:
        """Latents of all patches.

        Args:
            images: ``(N, 3, H, W)``, normalised RGB of ``img_size``.

        Returns:
            ``(N, 1 + L, D)``: the class token, then the patches in raster order.

        Raises:
            ValueError: images of another size.
        """
        side = self.grid * self.patch_size
        if images.shape[-2:] != (side, side):
            raise ValueError(f'images are {images.shape[-2]}x{images.shape[-1]}, and this network takes {side}x{side} pixels')
        tokens = self.stem(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.cls_token.expand(tokens.shape[0], -1, -1), tokens], 1) + self.pos_embed
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)
