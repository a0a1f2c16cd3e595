"""A data set as one tensor in memory; a batch is one indexing operation. For small images, where the cost per image dominates.

The pipeline runs once for each image, on first use. Random augmentations run on whole batches, in
:class:`ofer.models.FacePreprocessor`.
"""

import logging
import pickle
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from mmengine.logging import print_log
from mmengine.registry import FUNCTIONS
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ofer.registry import DATASETS
from ofer.structures import FaceSample, FaceSamples, stacked


@FUNCTIONS.register_module()
def whole_batch(batch: Any) -> Any:
    """``collate_fn`` for a data set that returns whole batches: the identity."""
    return batch


@DATASETS.register_module()
class ImageTable(Dataset):
    """The images of a data set in one tensor, uint8, and their labels.

    The data loader of PyTorch calls ``__getitems__`` with the indices of a batch. It returns the input of
    :class:`~ofer.models.FacePreprocessor` and of the preprocessors of mmpretrain: ``inputs`` ``(N, C, H, W)`` uint8 and ``data_samples``.
    ``C`` is 1 if the channels of every image are equal, as in FER2013, and 3 otherwise. Use it with
    ``collate_fn=dict(type='whole_batch')`` and ``num_workers=0``.

    Args:
        dataset: config of the data set; its pipeline must end in ``PackFace``.
        deterministic: names of further transforms of the pipeline without random draws; see ``Raises``.
        device: of images and labels, e.g. ``'cpu'``; default: the GPU if there is one.
        workers: processes that run the pipeline, e.g. to draw faces; 0: this one.
        drop: fields of the samples that are not kept, e.g. ``gt_parsing``, which takes eight bytes a pixel.

    Raises:
        ValueError: the pipeline has random draws, so every epoch would get the same draws; or images differ in size.
    """

    DETERMINISTIC = (
        *('LoadFace', 'LoadLandmarks', 'Resize', 'ResizeEdge', 'CenterCrop', 'Grayscale', 'PackFace', 'BlockOcclusion', 'PatchOcclusion'),
    )

    def __init__(
        self,
        dataset: Mapping[str, Any] | Dataset,
        deterministic: Sequence[str] = (),
        device: str | None = None,
        workers: int = 0,
        drop: Sequence[str] = (),
    ) -> None:
        self.dataset: Any = DATASETS.build(dataset) if isinstance(dataset, Mapping) else dataset
        self.device = device or ('cuda' if torch.cuda.is_available() else 'cpu')
        self.workers, self.drop = workers, tuple(drop)
        steps = getattr(getattr(self.dataset, 'pipeline', None), 'transforms', [])
        drawing = [name for name in map(_name, steps) if name not in (*self.DETERMINISTIC, *deterministic)]
        if drawing:
            raise ValueError(
                f'ImageTable runs the pipeline once, so {drawing[0]} would show every epoch the same draw: move it to the '
                "augmentations of the model's FacePreprocessor, or name it in deterministic"
            )

    @property
    def metainfo(self) -> dict[str, Any]:
        """Of the data set."""
        return self.dataset.metainfo

    @property
    def summary(self) -> str:
        """Text about the files."""
        return getattr(self.dataset, 'summary', '')

    def full_init(self) -> None:
        """Read everything now. Called by mmengine."""
        len(self._table[1])

    @cached_property
    def _table(self) -> tuple[Tensor, FaceSamples]:
        batches = DataLoader(self.dataset, batch_size=64, num_workers=self.workers, collate_fn=self._kept)
        items = [item for batch in batches for item in pickle.loads(batch)]
        sizes = {tuple(item['inputs'].shape) for item in items}
        if len(sizes) > 1:
            raise ValueError(f'ImageTable: images of {len(sizes)} sizes, {sorted(sizes)[:2]} among them: put Resize into the pipeline')
        images = torch.stack([item['inputs'] for item in items])
        if bool((images[:, :1] == images).all()):
            images = images[:, :1].clone()
        print_log(f'{len(images)} images in memory ({self.device}), {images.nbytes / 2**20:.0f} MiB', 'current', logging.INFO)
        return images.to(self.device), _columns([item['data_samples'] for item in items]).to(self.device)

    def _kept(self, items: list[dict[str, Any]]) -> bytes:
        """As bytes: each tensor that a worker sends would keep a file open as long as it lives."""
        for item in items:
            for name in self.drop:
                item['data_samples'].pop(name, None)
        return pickle.dumps(items)

    def get_cat_ids(self, index: int) -> list[int]:
        """The label of an item, for the wrappers of mmengine."""
        return self.dataset.get_cat_ids(index)

    def get_gt_labels(self) -> np.ndarray:
        """Labels of all items, ``(len,)`` int64."""
        return self.dataset.get_gt_labels()

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> dict[str, Any]:
        images, samples = self._table
        return {'inputs': images[index], 'data_samples': samples[index]}

    def __getitems__(self, indices: Sequence[int]) -> dict[str, Any]:
        """A batch."""
        images, samples = self._table
        # a copy from pinned memory does not wait for the last step
        rows = torch.tensor(indices, pin_memory=images.is_cuda).to(images.device, non_blocking=True)
        columns = {name: column[rows] for name, column in samples.columns.items()}
        return {'inputs': images[rows], 'data_samples': FaceSamples([samples.samples[index] for index in indices], columns)}


def _columns(samples: Sequence[FaceSample]) -> FaceSamples:
    """Samples with columns for the tensors that all of them have, in one shape."""
    shapes = [{(name, value.shape) for name, value in sample.items() if isinstance(value, Tensor)} for sample in samples]
    names = [name for name, _ in set.intersection(*shapes)] if shapes else []
    columns = {name: column for name in names if (column := stacked(samples, name)) is not None}
    for sample in samples:
        for name in names:
            sample.pop(name)
    return FaceSamples(samples, columns)


def _name(step: Callable) -> str:
    return type(getattr(step, 't', step)).__name__  # mmpretrain wraps torchvision's transforms, as .t
