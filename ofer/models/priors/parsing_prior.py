"""The semantic prior of ORSANet: features or class maps of a frozen face parsing network."""

from typing import ClassVar, Literal

import torch
from torch import Tensor

from ofer.models.layers.input_format import IMAGENET_MEAN, IMAGENET_STD, InputFormat
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import MODELS


@MODELS.register_module()
class ParsingPrior(FrozenPrior):
    """Frozen parsing features (the published choice) or class maps (the paper's text).

    Args:
        network: config of the network.
        input_format: see :class:`FrozenPrior`. Default: RGB, ImageNet mean and deviation, 224 pixels; ``published`` resizes by the
            nearest pixel.
        feature: ``features`` fuses an encoder map and runs only the layers up to it; ``maps`` the class probabilities.
        stage: index of the encoder map, 0 (shallowest) to 3, or counted from the end (-1 deepest).
        checkpoint: see :class:`FrozenPrior`.

    Raises:
        ValueError: unknown ``feature`` or ``stage``.
    """

    formats: ClassVar = {
        'default': InputFormat(224, IMAGENET_MEAN, IMAGENET_STD),
        'published': InputFormat(224, IMAGENET_MEAN, IMAGENET_STD, interpolation='nearest'),
    }
    remedy: ClassVar = (
        'Convert the published file with `ofer convert segface SRC DST`, '
        'or train one with a config that has the same encoder (configs/priors/segface_*.py) '
        'and name its file: --cfg-options model.parsing_prior.checkpoint=FILE.'
    )

    def __init__(
        self,
        network: dict,
        input_format: dict | str = 'default',
        feature: Literal['features', 'maps'] = 'features',
        stage: int = -1,
        checkpoint: str | None = None,
    ) -> None:
        super().__init__(network, input_format, checkpoint)
        if feature not in ('features', 'maps'):
            raise ValueError(f'feature={feature!r}: ParsingPrior fuses features or maps')
        stages = len(self.network.channels)
        if not -stages <= stage < stages:
            raise ValueError(f'stage={stage}: the network has {stages} feature maps')
        self.feature = feature
        self.stage = stage % stages

    @property
    def out_channels(self) -> int:
        return self.network.num_classes if self.feature == 'maps' else self.network.channels[self.stage]

    def _extract(self, images: Tensor) -> Tensor:
        if self.feature == 'maps':
            return self.network(images).softmax(dim=1)
        return self.network.features(images, count=self.stage + 1)[-1]

    @torch.no_grad()
    def predict(self, pixels: Tensor) -> Tensor:
        """``(N, H, W)`` int64 class map at the input format's size."""
        return self.network(self.input_format.convert(pixels)).argmax(dim=1)
