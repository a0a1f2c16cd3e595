"""The decoder of a masked autoencoder (He et al., CVPR 2022): paints the hidden patches from the latents of the visible ones.

Parameters have the names of the published files without ``decoder_``, and the blocks are those of timm.
"""

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.models.layers.patches import sincos_positions
from ofer.models.layers.transformer import layer_norm, transformer_blocks, xavier_linear
from ofer.registry import MODELS


@MODELS.register_module()
class MaskedViTDecoder(BaseModule):
    """Transformer over the tokens of all places, with one learned token in place of each hidden one.

    Args:
        grid: patches per side.
        patch_size: side of a patch, pixels.
        in_dims: channels of a token of the encoder.
        embed_dims: channels of a token of the decoder.
        depth: number of blocks.
        num_heads: attention heads; divides ``embed_dims``.
        mlp_ratio: width of the MLPs, as a multiple of ``embed_dims``.
        init_cfg: mmengine's initialisation.

    Raises:
        ValueError: ``num_heads`` does not divide ``embed_dims``.
    """

    def __init__(
        self,
        grid: int = 14,
        patch_size: int = 16,
        in_dims: int = 768,
        embed_dims: int = 512,
        depth: int = 8,
        num_heads: int = 16,
        mlp_ratio: float = 4.0,
        init_cfg: dict | list | None = None,
    ) -> None:
        super().__init__(init_cfg)
        self.grid = grid
        self.patch_size = patch_size
        self.embed = nn.Linear(in_dims, embed_dims)
        self.mask_token = nn.Parameter(torch.zeros(1, 1, embed_dims))
        self.register_buffer('pos_embed', sincos_positions(grid, embed_dims))
        self.blocks = transformer_blocks(depth, embed_dims, num_heads, mlp_ratio)
        self.norm = layer_norm(embed_dims)
        self.pred = nn.Linear(embed_dims, patch_size**2 * 3)
        self.apply(xavier_linear)
        nn.init.normal_(self.mask_token, std=0.02)

    def forward(self, latents: Tensor, mask: Tensor) -> Tensor:
        """Predict all patches; the predictions at visible places are not used.

        Args:
            latents: ``(N, 1 + L, in_dims)``, class token first; hidden places are not read.
            mask: ``(N, L)`` bool, True = hidden.

        Returns:
            ``(N, L, patch_size ** 2 * 3)`` patches, normalised as the training images, and each by itself if so trained.
        """
        tokens = self.embed(latents)
        patches = torch.where(mask[..., None], self.mask_token, tokens[:, 1:])
        tokens = torch.cat([tokens[:, :1], patches], 1) + self.pos_embed
        for block in self.blocks:
            tokens = block(tokens)
        return self.pred(self.norm(tokens))[:, 1:]
