"""The facial landmark prior of ORSANet: the last feature map of a frozen landmark network."""

from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor

from ofer.models.layers.input_format import IMAGENET_MEAN, IMAGENET_STD, InputFormat
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import MODELS


@MODELS.register_module()
class LandmarkPrior(FrozenPrior):
    """Frozen landmark features (ORSANet Sec. 3.2; the fused features are those before the points).

    Default format: BGR in [0, 1] at 112 pixels, as in the script of the published network. ``published``: the ImageNet-normalised RGB
    image that the code of ORSANet passes to it, resized by the nearest pixel.
    """

    formats: ClassVar = {
        'default': InputFormat(112, channel_order='bgr'),
        'published': InputFormat(112, IMAGENET_MEAN, IMAGENET_STD, interpolation='nearest'),
    }
    remedy: ClassVar = (
        'Convert the published file with `ofer convert mobilefacenet SRC DST`, '
        'or train one with configs/priors/mobilefacenet_synthetic.py and name its file: --cfg-options model.landmark_prior.checkpoint=FILE.'
    )

    @property
    def out_channels(self) -> int:
        return self.network.feature_channels

    def _extract(self, images: Tensor) -> Tensor:
        return self.network.features(images)

    @torch.no_grad()
    def predict(self, pixels: Tensor) -> Tensor:
        """``(N, 68, 2)``, x and y as shares of width and height.

        The points are computed at the input size of the network, independent of the size for features.
        """
        return self.network(replace(self.input_format, size=self.network.input_size).convert(pixels))
