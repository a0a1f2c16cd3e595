"""The fusion of POSTER V2 (Mao et al. 2023): landmark maps query image maps at three scales, and a small transformer joins them.

The published code has one window per scale, the whole map; there is no second direction.
"""

from collections.abc import Mapping, Sequence

import torch
from mmengine.model import BaseModule
from timm.layers import DropPath, Mlp
from timm.layers.pos_embed_rel import RelPosBias
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.layers.transformer import layer_norm, transformer_blocks
from ofer.registry import MODELS


class WindowFusion(nn.Module):
    """Attention of a landmark map to an image map of the same size, and an MLP; both with a residual and a small learned scale.

    Args:
        dims: ``C`` of both maps.
        size: their height and width.
        num_heads: attention heads.
        drop_path: rate.
    """

    def __init__(self, dims: int, size: int, num_heads: int, drop_path: float) -> None:
        super().__init__()
        if dims % num_heads:
            raise ValueError(f'{num_heads} heads do not divide {dims} channels')
        self.num_heads = num_heads
        self.norm1, self.norm2 = nn.LayerNorm(dims), nn.LayerNorm(dims)
        self.kv, self.proj = nn.Linear(dims, 2 * dims), nn.Linear(dims, dims)
        self.position = RelPosBias((size, size), num_heads)
        self.mlp = Mlp(dims, 4 * dims)
        self.gamma1, self.gamma2 = (nn.Parameter(torch.full((dims,), 1e-5)) for _ in range(2))
        self.drop_path = DropPath(drop_path)

    def _heads(self, tokens: Tensor) -> Tensor:
        return tokens.unflatten(2, (self.num_heads, -1)).transpose(1, 2)

    def forward(self, image: Tensor, landmarks: Tensor) -> Tensor:
        """``(N, C, size, size)`` and ``(N, C, size, size)`` to the same; the query is the landmark map itself, without a projection."""
        tokens = self.norm1(image.flatten(2).transpose(1, 2))
        key, value = map(self._heads, self.kv(tokens).chunk(2, dim=-1))
        query = self._heads(landmarks.flatten(2).transpose(1, 2))
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=self.position.get_bias().to(query.dtype))
        attended = self.proj(attended.transpose(1, 2).flatten(2))
        tokens = tokens + self.drop_path(self.gamma1 * attended)  # the residual is the normalised map
        tokens = tokens + self.drop_path(self.gamma2 * self.mlp(self.norm2(tokens)))
        return tokens.transpose(1, 2).reshape_as(image)


@MODELS.register_module()
class WindowFusionPyramid(BaseModule):
    """Three scales of :class:`WindowFusion`, and a transformer over the tokens of all of them.

    Args:
        grid: side of the coarsest map; the finer ones have two and four times as many places.
        channels: ``C`` of the image maps, from fine to coarse.
        landmark_channels: channels of the coarsest landmark map, which a convolution reduces; the finer ones have those of the image.
        num_heads: attention heads of the three scales.
        embed_dims: ``D`` of the tokens that are joined.
        depth: blocks of the transformer over them.
        joint_heads: its attention heads.
        drop_path: rate at the coarsest scale; grows linearly from 0.
        init_cfg: mmengine's initialisation.
    """

    def __init__(
        self, grid: int = 7, channels: Sequence[int] = (64, 128, 256), landmark_channels: int = 512, num_heads: Sequence[int] = (2, 4, 8),
        embed_dims: int = 768, depth: int = 2, joint_heads: int = 8, drop_path: float = 0.25, init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        fine, middle, coarse = channels
        rates = torch.linspace(0, drop_path, 3).tolist()
        self.reduce = nn.ModuleList(nn.Conv2d(width, width, 3, 2, 1) for width in channels)
        self.reduce_landmarks = nn.Conv2d(landmark_channels, coarse, 3, 1, 1)
        self.scales = nn.ModuleList(
            WindowFusion(width, size, heads, rate)
            for width, size, heads, rate in zip(channels, (4 * grid, 2 * grid, grid), num_heads, rates, strict=True)
        )
        self.embed = nn.ModuleList(
            [
                nn.Sequential(nn.Conv2d(fine, embed_dims, 3, 2, 1), nn.Conv2d(embed_dims, embed_dims, 3, 2, 1)),
                nn.Conv2d(middle, embed_dims, 3, 2, 1),
                nn.Conv2d(coarse, embed_dims, 1),
            ]
        )
        self.class_token = nn.Parameter(torch.zeros(1, 1, embed_dims))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + 3 * grid * grid, embed_dims))
        nn.init.trunc_normal_(self.class_token, std=0.02)
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        self.blocks = transformer_blocks(depth, embed_dims, joint_heads, mlp_ratio=4)
        self.norm = layer_norm(embed_dims)
        self.out_channels = embed_dims

    def scale_maps(self, image: Sequence[Tensor], landmarks: Mapping[str, Tensor]) -> list[Tensor]:
        """The fused map of each scale, from fine to coarse, ``(N, C, size, size)``; arguments as in :meth:`forward`.

        Raises:
            ValueError: an image map and a landmark map have different sizes.
        """
        image = [conv(x) for conv, x in zip(self.reduce, image, strict=True)]
        points = [landmarks['fine'], landmarks['middle'], self.reduce_landmarks(landmarks['coarse'])]
        for own, other in zip(image, points, strict=True):
            if own.shape != other.shape:
                raise ValueError(
                    f'image map of {tuple(own.shape[1:])} and landmark map of {tuple(other.shape[1:])}: change the input sizes of backbone '
                    'and landmark prior, or their channels'
                )
        return [fusion(own, other) for fusion, own, other in zip(self.scales, image, points, strict=True)]

    def tokens(self, maps: Sequence[Tensor]) -> Tensor:
        """The tokens of all scales, ``(N, 3 * grid ** 2, D)``, from fine to coarse, from :meth:`scale_maps`."""
        return torch.cat([embed(x).flatten(2).transpose(1, 2) for embed, x in zip(self.embed, maps, strict=True)], 1)

    def forward(self, image: Sequence[Tensor], landmarks: Mapping[str, Tensor]) -> Tensor:
        """Fuse.

        Args:
            image: three maps of the backbone, from fine to coarse, twice as large as those of the landmarks.
            landmarks: ``fine``, ``middle`` and ``coarse`` of :class:`LandmarkPyramidPrior`.

        Returns:
            ``(N, D)``, the normalised class token.

        Raises:
            ValueError: an image map and a landmark map have different sizes.
        """
        tokens = self.tokens(self.scale_maps(image, landmarks))
        tokens = torch.cat([self.class_token.expand(tokens.shape[0], -1, -1), tokens], 1) + self.pos_embed
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)[:, 0]
