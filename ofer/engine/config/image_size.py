"""The size of the training images of a config."""

from collections.abc import Mapping
from typing import Any

from mmengine.config import Config

from ofer.registry import DATASETS


def image_size(config: Config) -> int:
    """Height and width, in pixels, of the packed training images of a config.

    It is that of the last transform that resizes, the ``size`` of the data set, or the one in which its images are given out. Of several
    data sets that are joined, the first counts.

    Raises:
        ValueError: the config does not define it.
    """
    size = _size_of(config.train_dataloader.dataset)
    if size is None:
        raise ValueError('the config does not say how large its images are: give --image-size')
    return size


def given_size(dataset: Mapping[str, Any]) -> int | None:
    """Height and width, in pixels, in which a data set gives out its images, before its pipeline; None where they differ or are unknown.

    Args:
        dataset: its config. Of several data sets that are joined, the first counts.

    Example:
        >>> given_size(dict(type='SyntheticFaces', size=64))
        64
    """
    if isinstance(dataset.get('size'), int):
        return dataset['size']
    wrapped = [inner for inner in (dataset.get('dataset'), *(dataset.get('datasets') or ())) if inner]
    if wrapped:
        return given_size(wrapped[0])
    return getattr(DATASETS.get(dataset['type']), 'NATIVE_SIZE', None) if 'type' in dataset else None


def _size_of(dataset: Mapping[str, Any]) -> int | None:
    for transform in reversed(dataset.get('pipeline') or []):
        for key in ('scale', 'crop_size', 'size'):
            size = transform.get(key)
            if isinstance(size, (list, tuple)):
                size = size[0]
            if isinstance(size, int):
                return size
    wrapped = [inner for inner in (dataset.get('dataset'), *(dataset.get('datasets') or ())) if inner]
    return _size_of(wrapped[0]) if wrapped and not isinstance(dataset.get('size'), int) else given_size(dataset)
