"""Distillation: the probabilities that trained networks predict for the faces as they are at this point, as labels.

The position in the list of augmentations decides what the teachers see. Before the occluders, they see the whole face, and the student
learns to predict the same from what is left of it.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from ofer.models.layers.face_batch import FaceBatch
from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.weights import load_pretrained
from ofer.registry import MODELS


@MODELS.register_module()
class TeacherLabels(nn.Module):
    """Mix the labels with the mean prediction of trained networks: ``(1 - share) * labels + share * predictions``.

    The predictions are the mean over the networks, which are read with the first batch. They are not in the checkpoints of the student,
    which needs them only in training.

    Args:
        teacher: config of the model of all teachers; its ``forward(images, mode='tensor')`` returns logits ``(N, K)``.
        checkpoints: files of their weights, one for each teacher.
        share: of the predictions in the label, in [0, 1].
        temperature: divides the logits; above 1 the predictions are softer.

    Raises:
        ValueError: no checkpoint, or a value out of range; or the batch has no label.
    """

    def __init__(self, teacher: dict, checkpoints: Sequence[str], share: float = 0.7, temperature: float = 1.0) -> None:
        super().__init__()
        if not checkpoints:
            raise ValueError('TeacherLabels: checkpoints is empty: name at least one file')
        if not 0 <= share <= 1 or temperature <= 0:
            raise ValueError(f'TeacherLabels: share={share} must be in [0, 1] and temperature={temperature} above 0')
        self.teacher, self.checkpoints = dict(teacher), tuple(checkpoints)
        self.share, self.temperature = share, temperature
        self._teachers: list[nn.Module] = []  # no submodules: neither saved nor averaged
        self._format = InputFormat()

    def predict(self, images: Tensor) -> Tensor:
        """Mean prediction of the teachers.

        Args:
            images: ``(N, C, H, W)``, RGB or grey, 0 to 255.

        Returns:
            ``(N, K)`` probabilities.
        """
        if not self._teachers:
            self._teachers = [self._read(path).to(images.device) for path in self.checkpoints]
            self._format = InputFormat.of(self._teachers[0].data_preprocessor, 'the teacher')  # once, since it waits for the GPU
        inputs = self._format.convert(images.expand(-1, 3, -1, -1) / 255)
        logits = torch.stack([teacher(inputs, mode='tensor') for teacher in self._teachers])
        return (logits / self.temperature).softmax(2).mean(0)

    def _read(self, path: str) -> nn.Module:
        teacher = MODELS.build(self.teacher)
        load_pretrained(teacher, path, 'Train the teachers first; ofer train-stages with the plan of the config trains them in order.')
        return teacher.requires_grad_(False).eval().to(memory_format=torch.channels_last)

    def forward(self, batch: FaceBatch) -> FaceBatch:
        if batch.scores is None:
            raise ValueError('TeacherLabels mixes labels, and this batch has none: set num_classes of the data_preprocessor')
        return replace(batch, scores=batch.scores.lerp(self.predict(batch.images), self.share))
