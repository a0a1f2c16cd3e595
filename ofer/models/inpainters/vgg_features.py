"""Features of VGG16 (Simonyan and Zisserman 2014), for perceptual losses of inpainters. Frozen; gradients flow to the images."""

import torch
from mmengine.logging import MMLogger
from mmengine.model import BaseModule
from torch import Tensor
from torchvision.models.feature_extraction import create_feature_extractor
from torchvision.models.vgg import make_layers

from ofer.models.layers.weights import fill, read_weights
from ofer.registry import MODELS

NODES = {'15': 'relu3_3', '22': 'relu4_3'}
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@MODELS.register_module()
class VGG16Features(BaseModule):
    """VGG16 up to relu4_3.

    Nothing is downloaded. Random weights cause a warning: such features distinguish textures, but not objects.

    Args:
        checkpoint: file of torchvision, e.g. ``vgg16-397923af.pth``; read by ``init_weights()``.
        base_channels: 64 in the published network; smaller networks have no published weights.
    """

    def __init__(self, checkpoint: str | None = None, base_channels: int = 64) -> None:
        super().__init__()
        c = base_channels
        layers = make_layers([c, c, 'M', 2 * c, 2 * c, 'M', 4 * c, 4 * c, 4 * c, 'M', 8 * c, 8 * c, 8 * c])
        self.features = create_feature_extractor(layers, NODES)
        self.checkpoint = checkpoint
        self.register_buffer('mean', torch.tensor(_MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer('std', torch.tensor(_STD).view(3, 1, 1), persistent=False)
        self.requires_grad_(False)

    def init_weights(self) -> None:
        """Read ``checkpoint``.

        Raises:
            FileNotFoundError: it is missing.
            ValueError: it does not belong to a VGG16 of this size.
        """
        if self.checkpoint is None:
            MMLogger.get_current_instance().warning(
                'VGG16Features has no checkpoint: its weights are random. Get vgg16-397923af.pth of torchvision and name its path.'
            )
            return
        own = self.state_dict()
        fill(self, {name: value for name, value in read_weights(self.checkpoint).items() if name in own}, self.checkpoint)

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        """Features by name.

        Args:
            pixels: ``(N, 3, H, W)``, RGB in [0, 1]; values outside are kept.

        Returns:
            ``relu3_3`` ``(N, 256, H / 4, W / 4)`` and ``relu4_3`` ``(N, 512, H / 8, W / 8)``, with 64 base channels.
        """
        return self.features((pixels - self.mean) / self.std)
