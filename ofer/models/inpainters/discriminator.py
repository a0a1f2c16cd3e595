"""Patch discriminator (Isola et al. 2017): real or painted, for each region of an image or of its VGG16 features (Liu et al. 2019).

For images it has the published structure. The published discriminator of features has three convolutions of stride two, one norm without
weights, and a score for each of the 512 channels of the last one; here it has the structure of the one for images.
"""

from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class PatchDiscriminator(BaseModule):
    """Convolutions to a map of scores.

    With three layers on an image, the receptive field of a score is 70 x 70 pixels, as published; on VGG16 features it rates semantic
    appearance, not pixels.

    Args:
        in_channels: 3 for images, otherwise the channels of the features.
        base_channels: channels of the first layer; each layer doubles them.
        max_channels: upper limit of the channels.
        num_layers: layers of stride two. One more layer follows, and the layer of the scores.
        init_cfg: as in mmengine; default: convolutions initialised as published.
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
