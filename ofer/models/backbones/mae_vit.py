"""The encoder of a masked autoencoder (He et al., CVPR 2022): a vision transformer on the visible patches.

Parameters have the names of the published files, and the blocks are those of timm. Hidden patches are dropped before the first block. Their
number may differ between images: shorter sequences of a batch are padded with tokens that receive no attention. Where shapes must be fixed
(:mod:`ofer.models.layers.fixed_shapes`), hidden patches stay and receive no attention.
"""

import torch
from mmengine.model import BaseModule
from timm.layers import PatchEmbed
from torch import Tensor, nn

from ofer.models.layers.fixed_shapes import shapes_are_fixed
from ofer.models.layers.patches import check_mask, sincos_positions
from ofer.models.layers.transformer import layer_norm, transformer_blocks, xavier_linear
from ofer.registry import MODELS


def pack_visible(tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
    """Drop the hidden tokens of each image.

    Args:
        tokens: ``(N, L, D)``.
        mask: ``(N, L)`` bool, True = hidden.

    Returns:
        The visible tokens in raster order, padded to the longest, ``(N, V, D)``; their places, ``(N, V)`` in ``[0, L)``; and ``(N, V)``
        bool, True = padding, or None if all images have the same number.
    """
    visible = (~mask).sum(1)
    longest = int(visible.max())
    places = mask.to(torch.uint8).argsort(dim=1, stable=True)[:, :longest]
    packed = tokens.gather(1, places[..., None].expand(-1, -1, tokens.shape[2]))
    padding = mask.gather(1, places)
    return packed, places, padding if bool(padding.any()) else None


@MODELS.register_module()
class MaskedViT(BaseModule):
    """Vision transformer over the visible patches.

    Args:
        img_size: pixels a side.
        patch_size: pixels a side of a patch; divides ``img_size``.
        embed_dims: channels of a token (``D``).
        depth: number of blocks.
        num_heads: attention heads; divides ``embed_dims``.
        mlp_ratio: width of the MLPs, as a multiple of ``embed_dims``.
        init_cfg: mmengine's initialisation.

    Raises:
        ValueError: ``patch_size`` does not divide ``img_size``, or ``embed_dims`` is no multiple of 4 or of ``num_heads``.
    """

    def __init__(
        self,
        img_size: int = 224,
        patch_size: int = 16,
        embed_dims: int = 768,
        depth: int = 12,
        num_heads: int = 12,
        mlp_ratio: float = 4.0,
        init_cfg: dict | list | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if img_size % patch_size:
            raise ValueError(f'img_size={img_size} needs to be a multiple of patch_size={patch_size}')
        self.patch_size = patch_size
        self.grid = img_size // patch_size
        self.embed_dims = embed_dims
        self.patch_embed = PatchEmbed(img_size, patch_size, 3, embed_dims)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, embed_dims))
        self.register_buffer('pos_embed', sincos_positions(self.grid, embed_dims))
        self.blocks = transformer_blocks(depth, embed_dims, num_heads, mlp_ratio)
        self.norm = layer_norm(embed_dims)
        self.apply(xavier_linear)
        nn.init.xavier_uniform_(self.patch_embed.proj.weight.flatten(1))
        nn.init.normal_(self.cls_token, std=0.02)

    def forward(self, images: Tensor, mask: Tensor | None = None) -> Tensor:
        """Latents of the visible patches.

        Args:
            images: ``(N, 3, H, W)``, normalised RGB of ``img_size``.
            mask: ``(N, L)`` bool, True = hidden; any number per image, also all. None: all are visible.

        Returns:
            ``(N, 1 + L, D)``: the class token, then the patches in raster order; 0 for hidden patches.

        Raises:
            ValueError: images or a mask of another size.
        """
        if images.shape[-2:] != (self.grid * self.patch_size,) * 2:
            side = self.grid * self.patch_size
            raise ValueError(f'images are {tuple(images.shape[-2:])}, and this network takes {side}x{side} pixels')
        tokens = self.patch_embed(images) + self.pos_embed[:, 1:]
        class_token = (self.cls_token + self.pos_embed[:, :1]).expand(tokens.shape[0], -1, -1)
        if mask is None:
            return self._transform(torch.cat([class_token, tokens], 1))
        if not torch.onnx.is_in_onnx_export():
            check_mask(mask, *tokens.shape[:2])
            mask = mask.to(tokens.device)
        if shapes_are_fixed():
            visible = torch.cat([torch.zeros_like(mask[:, :1]), mask], 1).logical_not()
            latents = self._transform(torch.cat([class_token, tokens], 1), visible[:, None, None, :])
            return latents.masked_fill(~visible[..., None], 0)
        packed, places, padding = pack_visible(tokens, mask)
        attended = None
        if padding is not None:
            attended = torch.cat([padding.new_ones(len(padding), 1), ~padding], 1)[:, None, None, :]
        latents = self._transform(torch.cat([class_token, packed], 1), attended)
        visible = latents[:, 1:] if padding is None else latents[:, 1:].masked_fill(padding[..., None], 0)
        full = latents.new_zeros(tokens.shape).scatter(1, places[..., None].expand_as(visible), visible)
        return torch.cat([latents[:, :1], full], 1)

    def _transform(self, tokens: Tensor, attended: Tensor | None = None) -> Tensor:
        for block in self.blocks:
            tokens = block(tokens, attn_mask=attended)
        return self.norm(tokens)
