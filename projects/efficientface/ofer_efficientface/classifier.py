"""A classifier trained on the probabilities of a frozen teacher (label distribution learning of EfficientFace); labels are not used."""

from typing import Any, ClassVar

import torch
from mmpretrain.models import ImageClassifier
from torch import Tensor

from ofer.models.layers.input_format import InputFormat
from ofer.registry import MODELS
from ofer.structures import FaceSample


def distribution_loss(logits: Tensor, distribution: Tensor) -> Tensor:
    """Cross entropy of a distribution, as its authors average it: over samples and classes, so ``1 / K`` of the usual mean.

    Args:
        logits: ``(N, K)``, unnormalised.
        distribution: ``(N, K)``, probabilities, rows of sum 1.

    Returns:
        Scalar, at least the entropy of the distribution divided by ``K``.

    >>> distribution_loss(torch.zeros(2, 4), torch.full((2, 4), 0.25)) * 4  # ln 4
    tensor(1.3863)
    """
    return -(distribution * logits.log_softmax(1)).mean()


@MODELS.register_module()
class DistributionClassifier(ImageClassifier):
    """Classifier with a teacher.

    Args:
        teacher: :class:`~ofer_efficientface.ExpressionTeacher`. None: for tests; the model cannot be trained.
        kwargs: arguments of :class:`mmpretrain.models.ImageClassifier`; ``data_preprocessor`` with mean and std for RGB in [0, 255].

    Raises:
        ValueError: no mean and std.
    """

    optional_parts: ClassVar = ('teacher',)
    """Parts that a checkpoint may contain although the config disables them."""

    def __init__(self, teacher: dict | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.input_format = InputFormat.of(self.data_preprocessor, 'DistributionClassifier')
        self.teacher = MODELS.build(teacher) if teacher else None

    def pixels(self, inputs: Tensor) -> Tensor:
        """Undo the normalisation: ``(N, 3, H, W)`` RGB, 0 = black, 1 = white."""
        return self.input_format.pixels(inputs)

    @property
    def training_only(self) -> tuple[str, ...]:
        """Only the loss reads the teacher, and published files do not hold it."""
        return () if self.teacher is None else tuple(f'teacher.{name}' for name in self.teacher.state_dict())

    @torch.no_grad()
    def distribution(self, inputs: Tensor) -> Tensor:
        """Probabilities of the teacher, ``(N, K)``.

        Raises:
            ValueError: the model has no teacher.
        """
        if self.teacher is None:
            raise ValueError('the model has no teacher, so it can be tested but not trained: set model.teacher')
        return self.teacher.predict(self.pixels(inputs))

    def loss(self, inputs: Tensor, data_samples: list[FaceSample]) -> dict[str, Tensor]:
        """Distance from the distribution of the teacher.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: not read.
        """
        del data_samples
        return {'loss': distribution_loss(self.head(self.extract_feat(inputs)), self.distribution(inputs))}
