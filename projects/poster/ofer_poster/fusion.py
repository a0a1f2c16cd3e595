"""The cross-fusion transformer of POSTER (Zheng et al. 2022): landmarks query the image, and the image queries the landmarks.

The multi-scale module of ORSANet is this one with the second direction left out, so the pyramid is that of the library.
"""

from typing import ClassVar

import torch
from timm.layers import DropPath, Mlp
from torch import Tensor, nn

from ofer.models import MCM
from ofer.models.necks.mcm import CrossAttention
from ofer.registry import MODELS


class TwoWayFusionBlock(nn.Module):
    """Cross-attention and MLP, each with a residual, on image tokens and on landmark tokens; both read the inputs of the block.

    Args:
        num_tokens: ``L``, tokens of each stream.
        dims: ``D``.
        num_heads: attention heads.
        drop_path: rate.
        query_projection: project the queries; the published code does not.
        reintegration: mix all ``2 L`` tokens by a 1x1 convolution; the published network for AffectNet does not.
    """

    def __init__(self, num_tokens: int, dims: int, num_heads: int, drop_path: float, query_projection: bool, reintegration: bool) -> None:
        super().__init__()
        self.norm1, self.norm2, self.norm3, self.norm4 = (nn.LayerNorm(dims, eps=1e-6) for _ in range(4))
        self.attn = CrossAttention(dims, num_heads, query_projection)
        self.landmark_attn = CrossAttention(dims, num_heads, query_projection)
        self.mlp, self.landmark_mlp = Mlp(dims, 2 * dims), Mlp(dims, 2 * dims)
        self.drop_path = DropPath(drop_path)
        self.conv = nn.Conv1d(2 * num_tokens, 2 * num_tokens, 1) if reintegration else nn.Identity()

    def forward(self, tokens: Tensor) -> Tensor:
        """``(N, 2 L, D)`` to the same; the first ``L`` tokens are those of the image."""
        image, landmarks = tokens.chunk(2, dim=1)
        new_image = image + self.drop_path(self.attn(self.norm1(image), self.norm1(landmarks)))
        new_image = new_image + self.drop_path(self.mlp(self.norm2(new_image)))
        new_landmarks = landmarks + self.drop_path(self.landmark_attn(self.norm3(landmarks), self.norm3(image)))
        new_landmarks = new_landmarks + self.drop_path(self.landmark_mlp(self.norm4(new_landmarks)))
        return self.conv(torch.cat([new_image, new_landmarks], dim=1))


@MODELS.register_module()
class TwoWayMCM(MCM):
    """The multi-scale module of the library with attention in both directions.

    Args:
        kwargs: arguments of :class:`~ofer.models.MCM`. As published: ``query_projection=False``, and for AffectNet
            ``reintegration=False``.
    """

    fusion: ClassVar[type[nn.Module]] = TwoWayFusionBlock
