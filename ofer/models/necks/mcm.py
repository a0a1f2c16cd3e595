"""Multi-scale cross-interaction module (MCM): cross-attention from landmarks to the image at three widths (ORSANet Sec. 3.4, Eq. 6-9).

Image tokens and landmark tokens, each preceded by its mean token, are reduced along the embedding axis into a pyramid of widths ``D``,
``D / 2`` and ``D / 4``. A block runs one cross-fusion per width and adds the narrow results to the wide ones. Options serve the paper's
ablation (Table 6) and published weights; Eq. 6 projects the query, the published code does not (``query_projection=False``).
"""

from collections.abc import Callable
from typing import ClassVar, cast

import torch
from mmengine.model import BaseModule
from timm.layers import DropPath, Mlp
from torch import Tensor, nn

from ofer.registry import MODELS


class CrossAttention(nn.Module):
    """Landmark tokens query image tokens (Eq. 6-7): ``Softmax(Q_lm K_img^T / sqrt(d)) V_img``, ``d`` the width of a head."""

    def __init__(self, dims: int, num_heads: int, query_projection: bool) -> None:
        super().__init__()
        if dims % num_heads:
            raise ValueError(f'{num_heads} heads do not divide {dims} channels')
        self.num_heads = num_heads
        self.q = nn.Linear(dims, dims) if query_projection else nn.Identity()
        self.kv = nn.Linear(dims, 2 * dims)
        self.proj = nn.Linear(dims, dims)

    def _heads(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], x.shape[1], self.num_heads, -1).transpose(1, 2)

    def _softmax(self, landmarks: Tensor, key: Tensor) -> Tensor:
        # explicit: for a few dozen tokens PyTorch's fused attention is slower on CPUs, in bfloat16 many times
        query = self._heads(self.q(landmarks))
        return (query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5).softmax(-1)

    def forward(self, image: Tensor, landmarks: Tensor) -> Tensor:
        """``(N, L, D)`` and ``(N, L, D)`` to ``(N, L, D)``."""
        key, value = map(self._heads, self.kv(image).chunk(2, dim=-1))
        out = self._softmax(landmarks, key) @ value
        return self.proj(out.transpose(1, 2).flatten(2))

    def weights(self, image: Tensor, landmarks: Tensor) -> Tensor:
        """Attention of every landmark token to every image token, mean over heads: ``(N, L, L)``, rows sum to 1."""
        key, _ = map(self._heads, self.kv(image).chunk(2, dim=-1))
        return self._softmax(landmarks, key).mean(1)


class CrossFusionBlock(nn.Module):
    """Cross-attention and MLP with residuals on the image tokens (Eq. 8); a 1x1 convolution reintegrates scaled landmark tokens (Eq. 9)."""

    def __init__(self, num_tokens: int, dims: int, num_heads: int, drop_path: float, query_projection: bool, reintegration: bool) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dims, eps=1e-6)
        self.attn = CrossAttention(dims, num_heads, query_projection)
        self.drop_path = DropPath(drop_path)
        self.norm2 = nn.LayerNorm(dims, eps=1e-6)
        self.mlp = Mlp(dims, 2 * dims)
        self.scale = nn.Parameter(torch.ones(1)) if reintegration else None
        self.conv = nn.Conv1d(2 * num_tokens, 2 * num_tokens, 1) if reintegration else None

    def forward(self, tokens: Tensor) -> Tensor:
        """``(N, 2 L, D)`` to the same; the first ``L`` tokens are those of the image."""
        image, landmarks = tokens.chunk(2, dim=1)
        image = image + self.drop_path(self.attn(*self.norm1(tokens).chunk(2, dim=1)))
        image = image + self.drop_path(self.mlp(self.norm2(image)))
        if self.conv is None or self.scale is None:
            return torch.cat([image, landmarks], dim=1)
        return self.conv(torch.cat([image, self.scale * landmarks], dim=1))


class PyramidBlock(nn.Module):
    """One cross-fusion block per width, then top-down: every width receives the next narrower one, widened by a transposed convolution."""

    def __init__(
        self, num_tokens: int, widths: tuple[int, ...], num_heads: int, drop_path: float,
        fusion: Callable[..., nn.Module] = CrossFusionBlock, **options: bool,
    ) -> None:  # fmt: skip
        super().__init__()
        self.fusions = nn.ModuleList(fusion(num_tokens, dims, num_heads, drop_path, **options) for dims in widths)
        self.widen = nn.ModuleList(nn.ConvTranspose1d(2 * num_tokens, 2 * num_tokens, 2, 2) for _ in widths[1:])

    def forward(self, pyramid: list[Tensor]) -> list[Tensor]:
        pyramid = [fusion(tokens) for fusion, tokens in zip(self.fusions, pyramid, strict=True)]
        for i in reversed(range(len(self.widen))):
            pyramid[i] = pyramid[i] + self.widen[i](pyramid[i + 1])
        return pyramid


@MODELS.register_module()
class MCM(BaseModule):
    """Fuses guided image features with landmark features.

    Args:
        size: ``'small'``, ``'base'`` or ``'large'`` (4, 6, 8 blocks), or a number of blocks.
        embed_dims: width ``D`` of the image tokens and of the widest scale.
        landmark_channels: channels of the landmark features; a linear map brings them to ``D`` if they differ.
        grid: side of the square token grid, the same for both inputs.
        num_heads: attention heads at every scale.
        num_scales: 3 (published) to 1 (single scale).
        drop_path: rate at the last block; grows linearly from 0.
        query_projection: Eq. 6's ``W_q``; False is the published structure.
        reintegration: Eq. 9's scaled landmark tokens and convolution; False is the ablation.

    Raises:
        ValueError: unknown size, or ``num_heads`` does not divide a width.
    """

    SIZES = {'small': 4, 'base': 6, 'large': 8}  # noqa: RUF012
    fusion: ClassVar[type[nn.Module]] = CrossFusionBlock
    """The block at each width; another one takes the same arguments."""

    def __init__(
        self, size: str | int = 'large', embed_dims: int = 512, landmark_channels: int = 512, grid: int = 7, num_heads: int = 8,
        num_scales: int = 3, drop_path: float = 0.1, query_projection: bool = True, reintegration: bool = True,
        init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        if isinstance(size, str) and size not in self.SIZES:
            raise ValueError(f'size {size!r} is unknown: choose one of {sorted(self.SIZES)} or a number of blocks')
        if num_scales not in (1, 2, 3):
            raise ValueError(f'num_scales is {num_scales}, expected 1, 2 or 3')
        depth = self.SIZES[size] if isinstance(size, str) else size
        num_tokens = grid * grid + 1
        widths = tuple(embed_dims // 2**i for i in range(num_scales))
        self.landmark_proj = nn.Identity() if landmark_channels == embed_dims else nn.Linear(landmark_channels, embed_dims)
        self.pos_embed = nn.Parameter(torch.zeros(1, num_tokens, embed_dims))
        self.narrow = nn.ModuleList(nn.Conv1d(2 * num_tokens, 2 * num_tokens, 2**i, 2**i) for i in range(1, num_scales))
        self.blocks = nn.ModuleList(
            PyramidBlock(num_tokens, widths, num_heads, rate, self.fusion, query_projection=query_projection, reintegration=reintegration)
            for rate in torch.linspace(0, drop_path, depth).tolist()
        )
        self.norm = nn.LayerNorm(embed_dims, eps=1e-6)
        self.out_channels = embed_dims

    def init_weights(self) -> None:
        """Initialise as the identity over tokens, so that a network trained from scratch starts as a plain one and learns the fusion.

        The 1x1 convolutions over tokens have no residual around them: with random weights, four of them would lose most of the image.
        """
        super().init_weights()
        for module in self.modules():
            if not isinstance(module, (nn.Conv1d, nn.ConvTranspose1d)):
                continue
            assert module.bias is not None
            nn.init.zeros_(module.bias)
            if isinstance(module, nn.ConvTranspose1d):
                nn.init.trunc_normal_(module.weight, std=0.02)
            else:
                with torch.no_grad():
                    module.weight.copy_(torch.eye(len(module.weight)).unsqueeze(2) / module.kernel_size[0])

    def _pyramid(self, image: Tensor, landmarks: Tensor) -> list[Tensor]:
        if image.shape[-2:] != landmarks.shape[-2:]:
            raise ValueError(
                f'image features have a grid of {tuple(image.shape[-2:])}, landmark features of {tuple(landmarks.shape[-2:])}: '
                'change the input sizes of backbone and landmark prior'
            )
        image = with_mean_token(image.flatten(2).transpose(1, 2)) + self.pos_embed
        landmarks = with_mean_token(self.landmark_proj(landmarks.flatten(2).transpose(1, 2)))
        tokens = torch.cat([image, landmarks], dim=1)
        return [tokens, *(narrow(tokens) for narrow in self.narrow)]

    def forward(self, image: Tensor, landmarks: Tensor) -> Tensor:
        """Fuse.

        Args:
            image: ``(N, embed_dims, grid, grid)``.
            landmarks: ``(N, landmark_channels, grid, grid)``.

        Returns:
            ``(N, embed_dims)``, the normalised mean token.

        Raises:
            ValueError: the two grids differ.
        """
        pyramid = self._pyramid(image, landmarks)
        for block in self.blocks:
            pyramid = block(pyramid)
        return self.norm(pyramid[0][:, 0])

    def attention(self, image: Tensor, landmarks: Tensor) -> Tensor:
        """Attention of the landmark tokens at the widest scale of the last block, mean over queries and heads: ``(N, grid, grid)``."""
        pyramid = self._pyramid(image, landmarks)
        for block in self.blocks[:-1]:
            pyramid = block(pyramid)
        fusion = cast(CrossFusionBlock, cast(PyramidBlock, self.blocks[-1]).fusions[0])
        weights = fusion.attn.weights(*fusion.norm1(pyramid[0]).chunk(2, dim=1)).mean(1)[:, 1:]
        return (weights / weights.sum(-1, keepdim=True)).unflatten(1, image.shape[-2:])


def with_mean_token(tokens: Tensor) -> Tensor:
    """``(N, L, D)`` to ``(N, L + 1, D)``: the mean over tokens comes first."""
    return torch.cat([tokens.mean(1, keepdim=True), tokens], dim=1)
