"""The data sample that every stage passes on."""

from multiprocessing.reduction import ForkingPickler
from typing import Any

import torch
from mmpretrain.structures import DataSample


class FaceSample(DataSample):
    """One face: what is known of it and what was predicted.

    Fields of :class:`mmpretrain.structures.DataSample` keep their meaning: ``gt_label`` and ``pred_label`` ``(1,)`` class index,
    ``gt_score`` ``(K,)`` vote distribution (soft label), ``pred_score`` ``(K,)`` probabilities. Those that this library adds:

    * ``gt_landmarks``, ``pred_landmarks``: ``(68, 2)`` float, x and y as shares of image width and height, 300-W order.
    * ``gt_parsing``, ``pred_parsing``: ``(H, W)`` int64, LaPa class 0..10 (see :data:`ofer.categories.PARSING_CLASSES`).
    * ``gt_occlusion``: ``(H, W)`` bool, True = occluded.
    * ``hole``: ``(H, W)`` bool, True = to be repainted. What an inpainter is asked for, whether or not an occluder is there.
    * ``gt_image``: ``(3, H, W)`` uint8, RGB: the face without what covers it in the input.
    * ``occlusion_score``: ``(grid, grid)`` float, higher = rather occluded, in the detector's own unit.
    * ``pred_occlusion``: ``(grid, grid)`` bool, True = occluded: the patches that the detector flags.
    * ``hidden_patches``: ``(grid, grid)`` bool, True = hidden from the masked autoencoder.
    * ``coarse_image``, ``pred_image``: ``(3, H, W)`` float, RGB in [0, 1]: the face with the hole painted, by the first stage and finally.
    * ``activation_map``: ``(grid, grid)`` float in [0, 1]: how much the CNN attends to each place.
    * ``chosen``: ``(grid, grid)`` bool, True = the latent of this patch was used.

    Metadata: ``img_path``, ``sample_idx``, ``ori_shape``, ``img_shape``, and ``skipped``, the damaged files in whose place it stands.
    """

    def shallow_copy(self) -> 'FaceSample':
        """A sample with the same tensors, to which fields can be set without changing this one; faster by far than ``clone()``."""
        fields = {name: set(value) if isinstance(value, set) else value for name, value in self.__dict__.items()}
        return _rebuild(fields, [])


def _rebuild(fields: dict[str, Any], arrays: list[str]) -> FaceSample:
    sample = FaceSample()
    sample.__dict__.update(fields, **{name: torch.from_numpy(fields[name]) for name in arrays})
    return sample


def _reduce(sample: FaceSample) -> tuple[Any, ...]:
    """Pickle tensors as arrays: as tensors, each of every sample would cross from a worker as a shared-memory file of its own."""
    fields = dict(sample.__dict__)
    arrays = [name for name, value in fields.items() if isinstance(value, torch.Tensor)]
    fields.update({name: fields[name].numpy() for name in arrays})
    return _rebuild, (fields, arrays)


ForkingPickler.register(FaceSample, _reduce)  # mmpretrain registers DataSample alone, without its subclasses
