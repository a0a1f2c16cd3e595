"""The frozen network whose probabilities EfficientFace is trained on, the label distribution generator (LDG)."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from ofer.models.layers.input_format import IMAGENET_MEAN, IMAGENET_STD, InputFormat
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import MODELS


@MODELS.register_module()
class ExpressionTeacher(FrozenPrior):
    """A trained classifier, frozen; arguments as for :class:`~ofer.models.priors.frozen_prior.FrozenPrior`.

    ``forward`` gives the logits ``(N, K)`` of pixels ``(N, 3, H, W)``, RGB in [0, 1].
    """

    formats: ClassVar[Mapping[str, InputFormat]] = {'default': InputFormat(mean=IMAGENET_MEAN, std=IMAGENET_STD)}
    remedy: ClassVar[str] = 'Train the config of the teacher first, and copy its last checkpoint to this path.'

    @torch.no_grad()
    def predict(self, pixels: Tensor) -> Tensor:
        """Probabilities ``(N, K)``."""
        return self(pixels).softmax(1)

    @property
    def out_channels(self) -> int:
        """Number of classes."""
        return self.network.head.num_classes

    def _extract(self, images: Tensor) -> Tensor:
        return self.network(images, mode='tensor')
