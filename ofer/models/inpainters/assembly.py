"""Layers that fill the masked places of a feature map: self-assembly (Latent-OFER Sec. 3.2.2) and its alternatives.

All have the same interface, so that a config exchanges them by ``type``: built with ``channels``, they map features ``(N, C, H, W)`` and a
mask ``(N, H, W)``, True = masked, to features of the same shape.
"""

import torch
from torch import Tensor, nn

from ofer.models.inpainters.self_assembly import assemble, check_features
from ofer.registry import MODELS


@MODELS.register_module()
class SelfAssembly(nn.Module):
    """:func:`assemble`: from the best match, the patch before and the mirror image. Has no parameters.

    Args:
        channels: ``C``; any, it is there for the rivals' sake.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """``(N, C, H, W)`` from features of that shape and a mask ``(N, H, W)``, True = masked."""
        return assemble(features, mask)


@MODELS.register_module()
class CoherentSemanticAttention(nn.Module):
    """CSA (Liu et al. 2019), which self-assembly extends: the best match and the patch before, without the mirror image.

    The layer has the search phase and the generative phase of CSA. Deviations: negative similarities count as 0, as in self-assembly (the
    published layer has negative weights), the similarities are differentiated too (the published layer has another backward pass),
    and the surrounding network has one U-Net instead of two.

    Args:
        channels: ``C``; any, it is there for the rivals' sake.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """``(N, C, H, W)`` from features of that shape and a mask ``(N, H, W)``, True = masked."""
        return assemble(features, mask, symmetry=False)


@MODELS.register_module()
class ConventionalAssembly(nn.Module):
    """The "conventional" row of the paper: a learned 3 x 3 convolution instead of the search.

    Like its alternatives it changes only the masked places.

    Args:
        channels: ``C``.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """``(N, C, H, W)`` from features of that shape and a mask ``(N, H, W)``, True = masked."""
        check_features(features, mask)
        return torch.where(mask.unsqueeze(1), self.conv(features), features)
