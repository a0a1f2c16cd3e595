"""The data sample that all stages share."""

from multiprocessing.reduction import ForkingPickler
from typing import Any

import torch
from mmpretrain.structures import DataSample


class FaceSample(DataSample):
    """One face: its labels and its predictions.

    Fields of :class:`mmpretrain.structures.DataSample` keep their meaning: ``gt_label`` and ``pred_label`` ``(1,)`` class index,
    ``gt_score`` ``(K,)`` vote distribution (soft label), ``pred_score`` ``(K,)`` probabilities. Fields that this library adds:

    * ``gt_landmarks``, ``pred_landmarks``: ``(68, 2)`` float, x and y as shares of image width and height, 300-W order.
    * ``gt_parsing``, ``pred_parsing``: ``(H, W)`` int64, LaPa class 0..10 (see :data:`ofer.categories.PARSING_CLASSES`).
    * ``gt_occlusion``: ``(H, W)`` bool, True = occluded.
    * ``hole``: ``(H, W)`` bool, True = to be repainted, with or without an occluder.
    * ``gt_image``: ``(3, H, W)`` uint8, RGB: the face without the occluders of the input.
    * ``occlusion_score``: ``(grid, grid)`` float, higher = more likely occluded, in the unit of the detector.
    * ``pred_occlusion``: ``(grid, grid)`` bool, True = flagged as occluded by the detector.
    * ``hidden_patches``: ``(grid, grid)`` bool, True = hidden from the masked autoencoder.
    * ``coarse_image``, ``pred_image``: ``(3, H, W)`` float, RGB in [0, 1]: the face with a painted hole, after the first
      stage and at the end.
    * ``activation_map``: ``(grid, grid)`` float in [0, 1]: attention of the CNN to each place.
    * ``chosen``: ``(grid, grid)`` bool, True = the latent of this patch was used.

    Metadata: ``img_path``, ``sample_idx``, ``ori_shape``, ``img_shape``, and ``skipped``, the damaged files that this sample replaces.
    """

    def shallow_copy(self) -> 'FaceSample':
        """A sample with the same tensors; setting its fields does not change this one. Much faster than ``clone()``."""
        fields = {name: set(value) if isinstance(value, set) else value for name, value in self.__dict__.items()}
        return _rebuild(fields, [])


def _rebuild(fields: dict[str, Any], arrays: list[str]) -> FaceSample:
    sample = FaceSample()
    sample.__dict__.update(fields, **{name: torch.from_numpy(fields[name]) for name in arrays})
    return sample


def _reduce(sample: FaceSample) -> tuple[Any, ...]:
    """Pickle tensors as arrays: workers send each tensor as a shared-memory file of its own."""
    fields = dict(sample.__dict__)
    arrays = [name for name, value in fields.items() if isinstance(value, torch.Tensor)]
    fields.update({name: fields[name].numpy() for name in arrays})
    return _rebuild, (fields, arrays)


ForkingPickler.register(FaceSample, _reduce)  # mmpretrain registers DataSample only, not its subclasses
