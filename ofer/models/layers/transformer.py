"""Blocks of timm for the vision transformers with published weights, their norm and their initialisation."""

from functools import partial

from timm.models.vision_transformer import Block
from torch import nn

layer_norm = partial(nn.LayerNorm, eps=1e-6)


def transformer_blocks(depth: int, embed_dims: int, num_heads: int, mlp_ratio: float) -> nn.ModuleList:
    """``depth`` blocks with pre-normalisation.

    Args:
        depth: number of blocks.
        embed_dims: channels of a token.
        num_heads: attention heads.
        mlp_ratio: width of the MLPs, as a multiple of ``embed_dims``.

    Raises:
        ValueError: ``num_heads`` does not divide ``embed_dims``.
    """
    if embed_dims % num_heads:
        raise ValueError(f'embed_dims={embed_dims} needs to be a multiple of num_heads={num_heads}')
    return nn.ModuleList(Block(embed_dims, num_heads, mlp_ratio, qkv_bias=True, norm_layer=layer_norm) for _ in range(depth))


def xavier_linear(module: nn.Module) -> None:
    """Initialise a linear layer as the published code does: Xavier's uniform weights, no bias. For ``module.apply``."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
