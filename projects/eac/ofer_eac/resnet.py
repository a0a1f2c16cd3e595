"""ResNet as trained on VGGFace2: stride in the first convolution of a unit, and pooling without padding."""

from typing import Any

from mmpretrain.models.backbones import ResNet
from torch import nn

from ofer.registry import MODELS


@MODELS.register_module()
class CaffeResNet(ResNet):
    """ResNet of mmpretrain in Caffe's form: 3x3 max-pooling starts at the first pixel and covers the last one (ceil mode).

    Args:
        depth: 50, 101 or 152.
        kwargs: arguments of :class:`mmpretrain.models.ResNet`.
    """

    def __init__(self, depth: int = 50, **kwargs: Any) -> None:
        super().__init__(depth, style='caffe', **kwargs)
        self.maxpool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
