"""Patch discriminator (Isola et al. 2017): real or painted, for each part of an image, or of its VGG16 features (Liu et al. 2019).

On images it has the published structure. The published one of features has three halving convolutions, one norm without weights, and a
score for each of the last one's 512 channels; here it is built as the one of images is.
"""

from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class PatchDiscriminator(BaseModule):
    """Convolutions down to a map of scores.

    With three layers on an image a score sees 70 x 70 pixels, as published; on features of VGG16 it judges how things look, not pixels.

    Args:
        in_channels: 3 for images, those of the features otherwise.
        base_channels: of the first layer; each one doubles them.
        max_channels: no layer has more.
        num_layers: those that halve the size. One more follows, and the one that scores.
        init_cfg: as in mmengine; the default draws the convolutions as published.
    """

    def __init__(
        self, in_channels: int = 3, base_channels: int = 64, max_channels: int = 512, num_layers: int = 3, init_cfg: dict | None = None
    ) -> None:
        super().__init__(init_cfg or dict(type='Normal', layer='Conv2d', std=0.02))
        layers: list[nn.Module] = []
        for index in range(num_layers + 1):
            channels = min(base_channels * 2**index, max_channels)
            layers.append(nn.Conv2d(in_channels, channels, 4, stride=2 if index < num_layers else 1, padding=1))
            layers += [nn.InstanceNorm2d(channels, affine=True)] if index else []
            layers.append(nn.LeakyReLU(0.2))
            in_channels = channels
        self.layers = nn.Sequential(*layers, nn.Conv2d(in_channels, 1, 4, padding=1))

    def forward(self, images: Tensor) -> Tensor:
        """Scores ``(N, 1, h, w)``, unbounded, of images or features ``(N, C, H, W)``; higher = more real."""
        return self.layers(images)
