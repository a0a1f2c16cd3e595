"""SegFace: face parsing with one token per class (Narayan et al., AAAI 2025), the network of the semantic prior of ORSANet.

Encoder (four maps at strides 4, 8, 16, 32) from torchvision; every map through a linear layer to 256 channels, enlarged to stride 4,
concatenated from deepest to shallowest, fused by a 1x1 convolution, decoded by :class:`~ofer.models.priors.segface_decoder.FaceDecoder`.
Deviations from the published code: no warp by landmarks (ORSANet does not use it either); what nothing reads of an encoder, its last norm
or last layers, is not built; 256 is only the default width.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torchvision
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.priors.segface_decoder import FaceDecoder, FourierPositions
from ofer.registry import MODELS


class Encoder(NamedTuple):
    """A torchvision network as encoder: its constructor, the indices of the four layers whose outputs are used, and their channels."""

    build: Callable[..., Any]
    layers: tuple[int, int, int, int]
    channels: tuple[int, int, int, int]
    channels_last: bool = False


ENCODERS = {
    'swin_base': Encoder(torchvision.models.swin_b, (1, 3, 5, 7), (128, 256, 512, 1024), channels_last=True),
    'swin_v2_base': Encoder(torchvision.models.swin_v2_b, (1, 3, 5, 7), (128, 256, 512, 1024), channels_last=True),
    'swin_v2_small': Encoder(torchvision.models.swin_v2_s, (1, 3, 5, 7), (96, 192, 384, 768), channels_last=True),
    'swin_v2_tiny': Encoder(torchvision.models.swin_v2_t, (1, 3, 5, 7), (96, 192, 384, 768), channels_last=True),
    'convnext_base': Encoder(torchvision.models.convnext_base, (1, 3, 5, 7), (128, 256, 512, 1024)),
    'convnext_small': Encoder(torchvision.models.convnext_small, (1, 3, 5, 7), (96, 192, 384, 768)),
    'efficientnet_v2_m': Encoder(torchvision.models.efficientnet_v2_m, (2, 3, 5, 8), (48, 80, 176, 1280)),
    'mobilenet_v3_large': Encoder(torchvision.models.mobilenet_v3_large, (3, 6, 12, 16), (24, 40, 112, 960)),
    'mobilenet_v3_small': Encoder(torchvision.models.mobilenet_v3_small, (1, 3, 8, 9), (16, 24, 48, 96)),
}


class LinearProjection(nn.Module):
    """A linear layer over the channels of a map."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.proj = nn.Linear(in_channels, out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(x.movedim(1, -1)).movedim(-1, 1)


@MODELS.register_module()
class SegFace(BaseModule):
    """Face parsing network.

    Args:
        encoder: a name in :data:`ENCODERS`; ``swin_base`` as in ORSANet, or e.g. the small ``mobilenet_v3_large``.
        num_classes: classes of the maps; 11 are LaPa's.
        init_cfg: mmengine's initialisation.
        width: channels of the fused map and of the decoder, a multiple of 16; 256 as published.

    Raises:
        ValueError: unknown encoder, or a width that the decoder's heads do not divide.
    """

    def __init__(self, encoder: str = 'swin_base', num_classes: int = 11, init_cfg: dict | list | None = None, width: int = 256) -> None:
        super().__init__(init_cfg)
        if encoder not in ENCODERS:
            raise ValueError(f'encoder={encoder!r}: SegFace knows {", ".join(ENCODERS)}')
        spec = ENCODERS[encoder]
        self.num_classes = num_classes
        self.channels = spec.channels
        self.layers = spec.layers
        self.channels_last = spec.channels_last
        self.backbone: nn.Sequential = spec.build(weights=None).features[: spec.layers[-1] + 1]
        for module in self.backbone.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 0.1  # torchvision's 0.01 suits ImageNet's long schedules; a short one would end with early statistics
        self.pe_layer = FourierPositions(width)
        self.face_decoder = FaceDecoder(num_classes, width)
        self.linear_c = nn.ModuleList(LinearProjection(c, width) for c in spec.channels)
        self.linear_fuse = nn.Conv2d(width * len(spec.channels), width, 1, bias=False)

    def features(self, x: Tensor, count: int = 4) -> tuple[Tensor, ...]:
        """The maps of the encoder, shallow to deep; layers after the last requested one do not run.

        Args:
            x: ``(N, 3, H, W)``, normalised as in this network's training; any size.
            count: number of maps, from the shallowest.

        Returns:
            ``count`` maps ``(N, C_i, H / s_i, W / s_i)``, ``C_i`` in :attr:`channels`, strides 4, 8, 16, 32.

        Raises:
            ValueError: ``count`` is not in 1..4.
        """
        if not 1 <= count <= len(self.layers):
            raise ValueError(f'count={count}: SegFace has {len(self.layers)} feature maps')
        maps: list[Tensor] = []
        for index, layer in enumerate(self.backbone[: self.layers[count - 1] + 1]):
            x = layer(x)
            if index == self.layers[len(maps)]:
                maps.append(x.permute(0, 3, 1, 2) if self.channels_last else x)
        return tuple(maps)

    def maps(self, features: tuple[Tensor, ...], size: tuple[int, int] | None = None) -> Tensor:
        """Class logits from all four feature maps.

        Args:
            features: output of :meth:`features`.
            size: height and width of the result; None: four times the size of the shallowest map, which is the input size.

        Returns:
            ``(N, num_classes, H, W)``.
        """
        grid = features[0].shape[-2:]
        logits = self.face_decoder(self._fuse(features), self.pe_layer(*grid))
        if size is not None and logits.shape[-2:] != tuple(size):
            logits = F.interpolate(logits, size=size, mode='bilinear', align_corners=False)
        return logits

    def _fuse(self, features: tuple[Tensor, ...]) -> Tensor:
        """Linear layer, enlargement, concatenation from deepest to shallowest, 1x1 convolution: ``(N, width, h, w)`` as the shallowest.

        A 1x1 convolution of a concatenation is a sum of convolutions, and each may run before the enlargement, on fewer pixels.
        """
        weights = reversed(self.linear_fuse.weight.chunk(len(features), dim=1))
        fused = [F.conv2d(linear(x), weight) for linear, x, weight in zip(self.linear_c, features, weights, strict=True)]
        grid = fused[0].shape[-2:]
        return fused[0] + sum(F.interpolate(x, size=grid, mode='bilinear', align_corners=False) for x in fused[1:])

    def forward(self, x: Tensor) -> Tensor:
        """Class logits ``(N, num_classes, H, W)`` of ``(N, 3, H, W)`` images."""
        height, width = x.shape[-2:]
        return self.maps(self.features(x), (height, width))
