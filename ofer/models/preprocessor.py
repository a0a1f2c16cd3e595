"""The preprocessor of mmpretrain, with augmentation of whole batches before normalisation."""

from collections.abc import Sequence
from typing import Any

import torch
from mmpretrain.models.utils import ClsDataPreprocessor
from torch import Tensor
from torch.nn.functional import one_hot

from ofer.models.layers.face_batch import FaceBatch, grey
from ofer.registry import MODELS
from ofer.structures import FaceSamples, set_stacked, stacked


@MODELS.register_module()
class FacePreprocessor(ClsDataPreprocessor):
    """Augment images in training, and normalise them.

    Images with one channel are repeated to three channels. With augmentations, the samples of a training batch get ``gt_occlusion``
    ``(H, W)`` bool, True = more than half of the pixel is covered, ``gt_score`` if an augmentation changes the label, and ``gt_image`` and
    ``hole`` if augmentations make them. Random numbers come from the global generator of the device, which
    :class:`~ofer.engine.ResumableHook` seeds for each step.

    Args:
        grey: convert images to grey, for networks that are trained on grey faces and later used on photographs.
        channel_order: ``'rgb'``, or ``'bgr'`` for networks that were trained on BGR images: images are swapped before they are normalised,
            and ``mean`` and ``std`` are in this order.
        augmentations: configs of modules that map a :class:`~ofer.models.layers.face_batch.FaceBatch` to another, applied in this order.
        kwargs: arguments of ``ClsDataPreprocessor`` of mmpretrain: ``mean`` and ``std`` for RGB in [0, 255], ``num_classes``,
            ``batch_augments`` ...

    Raises:
        ValueError: an unknown ``channel_order``; or samples of a training batch have parsing maps, which the augmentations do not
            transform.
    """

    def __init__(self, augmentations: Sequence[dict] = (), grey: bool = False, channel_order: str = 'rgb', **kwargs: Any) -> None:
        if channel_order not in ('rgb', 'bgr'):
            raise ValueError(f'channel_order={channel_order!r}: choose rgb or bgr')
        super().__init__(**({'to_rgb': channel_order == 'bgr'} | kwargs))
        self.grey, self.channel_order = grey, channel_order
        self.augmentations = torch.nn.ModuleList(MODELS.build(config) for config in augmentations)

    def forward(self, data: dict, training: bool = False) -> dict:
        """Convert a batch of a data loader to arguments of a model; see mmpretrain."""
        if self.grey:
            data = data | {'inputs': self._grey(data['inputs'])}
        if training and len(self.augmentations):
            data = self._augmented(data)
        ready = self._is_ready(data)
        if isinstance(data.get('data_samples'), FaceSamples) and not (training and ready):
            data = data | {'data_samples': list(data['data_samples'])}  # labels or predictions are written into the samples
        result = self._normalised(data) if ready else super().forward(data, training)
        if result['inputs'].shape[1] == 1:
            result['inputs'] = result['inputs'].repeat(1, 3, 1, 1)
        return result

    def _grey(self, inputs: Tensor | Sequence[Tensor]) -> Tensor | list[Tensor]:
        if not isinstance(inputs, Tensor):  # a list stays one: images may differ in size
            return [image for one in inputs for image in self._grey(one.unsqueeze(0))]
        return grey(self.cast_data(inputs).float()) if inputs.shape[1] == 3 else inputs

    @torch.no_grad()
    def _augmented(self, data: dict) -> dict:
        samples = data.get('data_samples') or []
        if isinstance(samples, FaceSamples):
            samples = samples.to(self.device)
            data = data | {'data_samples': samples}
        if samples and 'gt_parsing' in samples[0]:
            raise ValueError('the augmentations of FacePreprocessor would leave gt_parsing behind: augment in the pipeline instead')
        inputs: Any = self.cast_data(data['inputs'])
        images = (inputs if isinstance(inputs, Tensor) else torch.stack(list(inputs))).float()
        occlusion, hole = (stacked(samples, name, lambda: images.new_zeros(images[:, 0].shape).bool()) for name in ('gt_occlusion', 'hole'))
        truth = stacked(samples, 'gt_image', lambda: images.round().to(torch.uint8).expand(-1, 3, -1, -1))
        landmarks = stacked(samples, 'gt_landmarks')
        scores = self._scores(samples, images)
        batch = FaceBatch(
            images,
            images.new_zeros(len(images), 1, *images.shape[2:]) if occlusion is None else occlusion[:, None].to(images),
            landmarks=None if landmarks is None else landmarks.to(images),
            scores=scores,
            truth=None if truth is None else truth.to(images) if images.shape[1] == 3 else grey(truth.to(images)),
            hole=None if hole is None else hole[:, None].to(images.device),
        )
        for augmentation in self.augmentations:
            batch = augmentation(batch)
        changed = _labels(batch) | ({} if batch.scores is scores or batch.scores is None else {'gt_score': batch.scores})
        for name, values in changed.items() if samples else ():
            set_stacked(samples, name, values)
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
        scores = stacked(samples, 'gt_score')
        if scores is not None:
            return scores.to(images)
        labels = stacked(samples, 'gt_label') if self.num_classes else None
        return None if labels is None else one_hot(labels[:, 0].to(images.device), self.num_classes).to(images.dtype)


def _labels(batch: FaceBatch) -> dict[str, Tensor]:
    """The fields of the samples that augmentations change, by name, without ``gt_score``."""
    found = {'gt_occlusion': batch.occlusion[:, 0] > 0.5}
    if batch.landmarks is not None:
        found['gt_landmarks'] = batch.landmarks
    if batch.truth is not None:
        found['gt_image'] = batch.truth.round().clamp(0, 255).to(torch.uint8).expand(-1, 3, -1, -1)
    if batch.hole is not None:
        found['hole'] = batch.hole[:, 0]
    return found
