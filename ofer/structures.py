"""The data sample that all stages share, and the samples of a batch."""

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from multiprocessing.reduction import ForkingPickler
from typing import Any, overload

import torch
from mmpretrain.structures import DataSample
from torch import Tensor


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


class FaceSamples(Sequence[FaceSample]):
    """The samples of a batch with one tensor for each field, which is much faster than a tensor for each sample.

    It is read like a list. Each reading of an item makes a new :class:`FaceSample`, whose tensors are rows of the columns.

    Args:
        samples: what the samples contain beside the columns. They are not changed.
        columns: name of a field -> ``(N, ...)``.
    """

    def __init__(self, samples: Sequence[FaceSample], columns: dict[str, Tensor]) -> None:
        self.samples, self.columns = samples, dict(columns)

    def __len__(self) -> int:
        return len(self.samples)

    @overload
    def __getitem__(self, index: int) -> FaceSample: ...
    @overload
    def __getitem__(self, index: slice) -> 'FaceSamples': ...
    def __getitem__(self, index: int | slice) -> 'FaceSample | FaceSamples':
        if isinstance(index, slice):
            return FaceSamples(self.samples[index], {name: column[index] for name, column in self.columns.items()})
        return _with_fields(self.samples[index], {name: column[index] for name, column in self.columns.items()})

    def __iter__(self) -> Iterator[FaceSample]:
        rows = zip(*(column.unbind() for column in self.columns.values()), strict=True) if self.columns else repeat(())
        for sample, values in zip(self.samples, rows, strict=False):
            yield _with_fields(sample, dict(zip(self.columns, values, strict=True)))

    def to(self, device: torch.device | str) -> 'FaceSamples':
        """The same samples with their columns on a device."""
        return FaceSamples(self.samples, {name: column.to(device) for name, column in self.columns.items()})


def _with_fields(sample: FaceSample, fields: dict[str, Tensor]) -> FaceSample:
    """A shallow copy with further fields, without the checks of ``set_field``."""
    copy = sample.shallow_copy()
    copy.__dict__.update(fields)
    copy._data_fields.update(fields)
    return copy


def stacked(samples: Sequence[DataSample], name: str, missing: Callable[[], Tensor] | None = None) -> Tensor | None:
    """A field of all samples as one tensor; None if no sample has it.

    Args:
        samples: a batch.
        name: of the field.
        missing: gives ``(N, ...)``, the values for those samples that do not have the field, if others do.

    Returns:
        ``(N, ...)``.

    Raises:
        ValueError: some samples have the field, others do not, and ``missing`` is not given.
    """
    if isinstance(samples, FaceSamples):
        if name in samples.columns:
            return samples.columns[name]
        samples = samples.samples
    without = [index for index, sample in enumerate(samples) if name not in sample]
    if len(without) == len(samples):
        return None
    if without and missing is None:
        path = samples[without[0]].get('img_path', f'sample {without[0]}')
        raise ValueError(f'{path} has no {name}, and other faces of its batch have: give all of them {name}, or none')
    if not without or missing is None:
        return torch.stack([sample.get(name) for sample in samples])
    rows = missing()
    return torch.stack([sample.get(name, row).to(rows.device) for sample, row in zip(samples, rows, strict=True)])


def set_stacked(samples: Sequence[DataSample], name: str, values: Tensor) -> None:
    """Set a field of every sample.

    Args:
        samples: are changed.
        name: of the field.
        values: ``(N, ...)``, in the order of the samples.
    """
    if isinstance(samples, FaceSamples):
        samples.columns[name] = values
        return
    for sample, value in zip(samples, values, strict=True):
        sample.set_field(value, name)


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
