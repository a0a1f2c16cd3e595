"""The preprocessor of mmpretrain, with augmentation of whole batches before normalisation."""

from collections.abc import Sequence
from typing import Any

import torch
from mmpretrain.models.utils import ClsDataPreprocessor
from torch import Tensor

from ofer.models.layers.face_batch import FaceBatch, grey
from ofer.registry import MODELS


@MODELS.register_module()
class FacePreprocessor(ClsDataPreprocessor):
    """Augment images in training, and normalise them.

    Images with one channel are repeated to three channels. With augmentations, the samples of a training batch get ``gt_occlusion``
    ``(H, W)`` bool, True = more than half of the pixel is covered. Random numbers come from the global generator of the device, which
    :class:`~ofer.engine.ResumableHook` seeds for each step.

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
        result = super().forward(data, training)
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
        batch = FaceBatch(images, self._occlusion(samples, images), landmarks)
        for augmentation in self.augmentations:
            batch = augmentation(batch)
        for sample, covered in zip(samples, batch.occlusion[:, 0] > 0.5, strict=False):  # there may be no samples
            sample.set_field(covered, 'gt_occlusion')
        if batch.landmarks is not None:
            for sample, points in zip(samples, batch.landmarks, strict=True):
                sample.gt_landmarks = points
        return data | {'inputs': batch.images}

    def _occlusion(self, samples: Sequence[Any], images: Tensor) -> Tensor:
        if samples and 'gt_occlusion' in samples[0]:
            return torch.stack([sample.gt_occlusion for sample in samples])[:, None].to(images)
        return images.new_zeros(len(images), 1, *images.shape[2:])
