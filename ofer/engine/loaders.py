"""Loaders of a training: their data are checked before the first step."""

import logging
from collections.abc import Mapping
from typing import Any

from mmengine.dataset import InfiniteSampler
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.data import DataLoader

_OF_WORKERS = ('persistent_workers', 'prefetch_factor', 'timeout', 'multiprocessing_context')


def without_worker_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """A loader's config without the settings of worker processes, which PyTorch refuses if there are none.

    Example:
        >>> without_worker_settings(dict(num_workers=0, persistent_workers=True, batch_size=4))
        {'num_workers': 0, 'batch_size': 4}
    """
    return {name: value for name, value in config.items() if config.get('num_workers') or name not in _OF_WORKERS}


def drop_lone_image(loader: DataLoader, model: nn.Module, logger: logging.Logger) -> None:
    """Leave out an epoch's last batch if it is a single image and the model normalises over the batch; the log reports it.

    Args:
        loader: of the training data; changed in place.
        model: that is trained.
        logger: takes the line.
    """
    batches, size = loader.batch_sampler, loader.batch_size
    if size is None or size < 2 or batches is None or getattr(batches, 'drop_last', True) or isinstance(loader.sampler, InfiniteSampler):
        return
    images = len(loader.sampler)  # type: ignore[arg-type]
    trained = (part.weight is None or part.weight.requires_grad for part in model.modules() if isinstance(part, _BatchNorm))
    if images > size and images % size == 1 and any(trained):
        batches.drop_last = True  # type: ignore[attr-defined]
        logger.info(
            f'train_dataloader: {images} images in batches of {size} leave a last one of a single image, which cannot be normalised over '
            'the batch; it is left out of each epoch, as with drop_last=True'
        )


def check_batches(key: str, loader: DataLoader) -> None:
    """Raise if a loader gives no batch.

    Args:
        key: of the loader in the config.
        loader: has ``len``.

    Raises:
        ValueError: it is empty; the message states the number of images and the remedy.
    """
    if len(loader):
        return
    images, size = len(loader.dataset), loader.batch_size  # type: ignore[arg-type]
    if not images:
        raise ValueError(f'{key}: its data set has no images')
    raise ValueError(
        f'{key}: {images} images make no batch of batch_size={size}, and drop_last=True leaves out what is less. '
        f'Set {key}.batch_size to {images} or less, or {key}.drop_last=False.'
    )


def check_classes(key: str, loader: DataLoader, model: nn.Module) -> None:
    """Raise if the data have another number of classes than the model.

    Args:
        key: of the loader in the config.
        loader: data sets without names of classes are not checked.
        model: of which the head states ``num_classes``; others are not checked.

    Raises:
        ValueError: they differ; the message states both and the remedy.
    """
    outputs = getattr(getattr(model, 'head', None), 'num_classes', None)
    classes = classes_of_data(loader)
    if not isinstance(outputs, int) or not classes or len(classes) == outputs:
        return
    raise ValueError(
        f'{key}: the data set has {len(classes)} classes ({", ".join(classes)}), and the model {outputs} outputs. '
        f'Set model.head.num_classes and model.data_preprocessor.num_classes to {len(classes)}, or choose other classes for the data set '
        '(num_classes, classes).'
    )


def classes_without_images(loader: DataLoader) -> tuple[str, ...]:
    """Classes of a data set of which it has no image; none if the data set states neither classes nor labels."""
    classes = classes_of_data(loader)
    if not classes or not hasattr(loader.dataset, 'get_gt_labels'):
        return ()
    present = {int(label) for label in loader.dataset.get_gt_labels()}
    return tuple(name for index, name in enumerate(classes) if index not in present)


def classes_of_data(loader: DataLoader) -> tuple[str, ...]:
    """Names of the classes of a loader's data set, in the order of the labels; empty if it states none."""
    return tuple((getattr(loader.dataset, 'metainfo', None) or {}).get('classes') or ())
