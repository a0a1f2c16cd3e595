"""The preprocessor of mmpretrain, with augmentation of whole batches before normalisation."""

from collections.abc import Sequence
from typing import Any

import torch
from mmpretrain.models.utils import ClsDataPreprocessor
from torch import Tensor
from torch.nn.functional import one_hot

from ofer.models.layers.face_batch import FaceBatch, grey
from ofer.registry import MODELS


@MODELS.register_module()
class FacePreprocessor(ClsDataPreprocessor):
    """Augment images in training, and normalise them.

    Images with one channel are repeated to three channels. With augmentations, the samples of a training batch get ``gt_occlusion``
    ``(H, W)`` bool, True = more than half of the pixel is covered, and ``gt_score`` if an augmentation changes the label. Random numbers
    come from the global generator of the device, which :class:`~ofer.engine.ResumableHook` seeds for each step.

    Args:
        grey: convert images to grey, for networks that are trained on grey faces and later used on photographs.
        augmentations: configs of modules that map a :class:`~ofer.models.layers.face_batch.FaceBatch` to another, applied in this order.
        kwargs: arguments of ``ClsDataPreprocessor`` of mmpretrain: ``mean`` and ``std`` for RGB in [0, 255], ``num_classes``,
            ``batch_augments`` ...

    Raises:
        ValueError: samples of a training batch have parsing maps, holes or second images, which the augmentations do not transform.
    """

    def __init__(self, augmentations: Sequence[dict] = (), grey: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.grey = grey
        self.augmentations = torch.nn.ModuleList(MODELS.build(config) for config in augmentations)

    def forward(self, data: dict, training: bool = False) -> dict:
        """Convert a batch of a data loader to arguments of a model; see mmpretrain."""
        inputs = data['inputs']
        if self.grey and isinstance(inputs, Tensor) and inputs.shape[1] == 3:
            data = data | {'inputs': grey(self.cast_data(inputs).float())}
        if training and len(self.augmentations):
            data = self._augmented(data)
        result = self._normalised(data) if self._is_ready(data) else super().forward(data, training)
        if result['inputs'].shape[1] == 1:
            result['inputs'] = result['inputs'].repeat(1, 3, 1, 1)
        return result

    @torch.no_grad()
    def _augmented(self, data: dict) -> dict:
        samples = data.get('data_samples') or []
        dense = [name for name in ('gt_parsing', 'gt_image', 'hole') if samples and name in samples[0]]
        if dense:
            raise ValueError(
                f'the augmentations of FacePreprocessor would leave {", ".join(dense)} behind: augment in the pipeline instead'
            )
        inputs: Any = self.cast_data(data['inputs'])
        images = (inputs if isinstance(inputs, Tensor) else torch.stack(list(inputs))).float()
        landmarks = None
        if samples and 'gt_landmarks' in samples[0]:
            landmarks = torch.stack([sample.gt_landmarks for sample in samples]).to(images)
        scores = self._scores(samples, images)
        batch = FaceBatch(images, self._occlusion(samples, images), landmarks, scores)
        for augmentation in self.augmentations:
            batch = augmentation(batch)
        if batch.scores is not None and batch.scores is not scores:
            for sample, score in zip(samples, batch.scores, strict=True):
                sample.set_field(score, 'gt_score')
        for sample, covered in zip(samples, batch.occlusion[:, 0] > 0.5, strict=False):  # there may be no samples
            sample.set_field(covered, 'gt_occlusion')
        if batch.landmarks is not None:
            for sample, points in zip(samples, batch.landmarks, strict=True):
                sample.gt_landmarks = points
        return data | {'inputs': batch.images}

    def _is_ready(self, data: dict) -> bool:
        """Whether a batch of one tensor has its labels on the device: nothing is left to do for each sample, which costs time."""
        samples = data.get('data_samples')
        simple = self._enable_normalize and not (self.batch_augments or self.to_onehot or self.to_rgb) and self.pad_size_divisor == 1
        if not simple or not samples or not isinstance(data['inputs'], Tensor):
            return False
        # self.device may lack the index of the GPU, and so be unequal to that of its tensors
        return all(value.device == self.mean.device for value in samples[0].values() if isinstance(value, Tensor))

    def _normalised(self, data: dict) -> dict:
        inputs: Any = self.cast_data(data['inputs'])
        return {'inputs': (inputs.float() - self.mean) / self.std, 'data_samples': data['data_samples']}

    def _scores(self, samples: Sequence[Any], images: Tensor) -> Tensor | None:
        if samples and 'gt_score' in samples[0]:
            return torch.stack([sample.gt_score for sample in samples]).to(images)
        if samples and 'gt_label' in samples[0] and self.num_classes:
            labels = torch.cat([sample.gt_label for sample in samples]).to(images.device)
            return one_hot(labels, self.num_classes).to(images.dtype)
        return None

    def _occlusion(self, samples: Sequence[Any], images: Tensor) -> Tensor:
        if samples and 'gt_occlusion' in samples[0]:
            return torch.stack([sample.gt_occlusion for sample in samples])[:, None].to(images)
        return images.new_zeros(len(images), 1, *images.shape[2:])
