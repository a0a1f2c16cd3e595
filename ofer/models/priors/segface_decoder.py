"""SegFace's decoder: one token per class attends to the fused pixel features and becomes the filter of that class.

A two-layer two-way transformer (as in Segment Anything) exchanges tokens and pixels; pixels are upsampled four times, tokens go through an
MLP to 32 numbers, and their product is the class map. A narrower decoder has all widths in proportion. Parameter names are the published
ones, except that the class tokens are one table.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models.convnext import LayerNorm2d

HEADS = 8


class FourierPositions(nn.Module):
    """Positional encoding with random frequencies, which are a buffer saved with the weights."""

    positional_encoding_gaussian_matrix: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer('positional_encoding_gaussian_matrix', torch.randn(2, width // 2))

    def forward(self, height: int, width: int) -> Tensor:
        """Encoding of pixel centres: ``(C, height, width)``, sines then cosines."""
        matrix = self.positional_encoding_gaussian_matrix
        y = (torch.arange(height, device=matrix.device, dtype=matrix.dtype) + 0.5) / height * 2 - 1
        x = (torch.arange(width, device=matrix.device, dtype=matrix.dtype) + 0.5) / width * 2 - 1
        grid = torch.stack(torch.meshgrid(x, y, indexing='xy'), dim=-1)
        phase = 2 * math.pi * grid @ matrix
        return torch.cat([phase.sin(), phase.cos()], dim=-1).permute(2, 0, 1)


class ProjectedAttention(nn.Module):
    """Multi-head attention whose inner width may be smaller than that of the tokens (``nn.MultiheadAttention`` does not support this)."""

    def __init__(self, width: int, heads: int, downsample: int = 1) -> None:
        super().__init__()
        inner = width // downsample
        self.heads = heads
        self.q_proj = nn.Linear(width, inner)
        self.k_proj = nn.Linear(width, inner)
        self.v_proj = nn.Linear(width, inner)
        self.out_proj = nn.Linear(inner, width)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """``(N, Lq, C)``, ``(N, Lk, C)``, ``(N, Lk, C)`` to ``(N, Lq, C)``."""
        q, k, v = (
            layer(tokens).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer, tokens in ((self.q_proj, query), (self.k_proj, key), (self.v_proj, value))
        )
        return self.out_proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    """Two linear layers with ReLU between."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.lin1 = nn.Linear(width, hidden)
        self.lin2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.lin2(F.relu(self.lin1(x)))


class TwoWayBlock(nn.Module):
    """Tokens among themselves, tokens to pixels, MLP, pixels to tokens; residual and LayerNorm after each."""

    def __init__(self, width: int, heads: int, hidden: int, first: bool) -> None:
        super().__init__()
        self.first = first
        self.self_attn = ProjectedAttention(width, heads)
        self.norm1 = nn.LayerNorm(width)
        self.cross_attn_token_to_image = ProjectedAttention(width, heads, downsample=2)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = FeedForward(width, hidden)
        self.norm3 = nn.LayerNorm(width)
        self.norm4 = nn.LayerNorm(width)
        self.cross_attn_image_to_token = ProjectedAttention(width, heads, downsample=2)

    def forward(self, tokens: Tensor, pixels: Tensor, token_positions: Tensor, pixel_positions: Tensor) -> tuple[Tensor, Tensor]:
        if self.first:  # tokens and their positions are still equal, so no position is added
            tokens = self.self_attn(tokens, tokens, tokens)
        else:
            query = tokens + token_positions
            tokens = tokens + self.self_attn(query, query, tokens)
        tokens = self.norm1(tokens)
        key = pixels + pixel_positions
        tokens = self.norm2(tokens + self.cross_attn_token_to_image(tokens + token_positions, key, pixels))
        tokens = self.norm3(tokens + self.mlp(tokens))
        pixels = self.norm4(pixels + self.cross_attn_image_to_token(key, tokens + token_positions, tokens))
        return tokens, pixels


class TwoWayTransformer(nn.Module):
    """Two-way blocks and a final attention of the tokens to the pixels."""

    def __init__(self, depth: int, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(TwoWayBlock(width, heads, hidden, first=i == 0) for i in range(depth))
        self.final_attn_token_to_image = ProjectedAttention(width, heads, downsample=2)
        self.norm_final_attn = nn.LayerNorm(width)

    def forward(self, tokens: Tensor, pixels: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens ``(N, K, C)``, pixels and their positions ``(N or 1, L, C)`` to new tokens and pixels."""
        start = tokens
        for layer in self.layers:
            tokens, pixels = layer(tokens, pixels, start, positions)
        tokens = tokens + self.final_attn_token_to_image(tokens + start, pixels + positions, pixels)
        return self.norm_final_attn(tokens), pixels


class FilterMLP(nn.Module):
    """Class tokens to mask filters: three linear layers with ReLU between."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, out)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        return self.layers[-1](x)


class FaceDecoder(nn.Module):
    """Class maps from fused pixel features.

    Args:
        num_classes: class tokens.
        width: channels of the pixel features and tokens, a multiple of 16; the other widths are in proportion to it.

    Raises:
        ValueError: the heads do not divide the width of their attention.
    """

    def __init__(self, num_classes: int, width: int = 256) -> None:
        super().__init__()
        if width % (2 * HEADS):
            raise ValueError(f'width={width}: expected a multiple of {2 * HEADS}, for {HEADS} heads of an attention of half the width')
        self.transformer = TwoWayTransformer(depth=2, width=width, heads=HEADS, hidden=8 * width)
        self.class_tokens = nn.Embedding(num_classes, width)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(width, width // 4, kernel_size=2, stride=2),
            LayerNorm2d(width // 4, eps=1e-6),
            nn.GELU(),
            nn.ConvTranspose2d(width // 4, width // 8, kernel_size=2, stride=2),
            nn.GELU(),
        )
        self.output_hypernetwork_mlps = FilterMLP(width, width // 8)

    def forward(self, pixels: Tensor, positions: Tensor) -> Tensor:
        """Pixels ``(N, C, h, w)`` and their encoding ``(C, h, w)`` to logits ``(N, K, 4h, 4w)``."""
        h, w = pixels.shape[-2:]
        tokens = self.class_tokens.weight.expand(len(pixels), -1, -1)
        tokens, flat = self.transformer(tokens, pixels.flatten(2).transpose(1, 2), positions.flatten(1).T.unsqueeze(0))
        fine = self.output_upscaling(flat.transpose(1, 2).unflatten(2, (h, w)))
        return torch.einsum('nkc,nchw->nkhw', self.output_hypernetwork_mlps(tokens), fine)
