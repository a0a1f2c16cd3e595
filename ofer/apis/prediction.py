"""Predictions of a model for images, outside of training and test: the one loop that all commands share."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from mmengine import track_iter_progress
from mmengine.model import BaseModel
from torch import Tensor

from ofer.structures import FaceSample


def batches(items: Any, batch_size: int = 32, indices: Sequence[int] | None = None, progress: bool = False) -> Iterator[list[Any]]:
    """Items of a data set in batches.

    Args:
        items: a data set, or a list.
        batch_size: number of items in a batch; the last one may be shorter.
        indices: of the items; None: all.
        progress: show a progress bar if the output is a terminal.

    Examples:
        >>> list(batches('abcde', 2))
        [['a', 'b'], ['c', 'd'], ['e']]
    """
    chosen = range(len(items)) if indices is None else indices
    starts = range(0, len(chosen), batch_size)
    for start in track_iter_progress(starts) if progress and sys.stdout.isatty() else starts:
        yield [items[index] for index in chosen[start : start + batch_size]]


def model_inputs(model: BaseModel, batch: Sequence[Any]) -> tuple[Tensor, list[FaceSample]]:
    """A batch as input of a model.

    Args:
        model: has a ``data_preprocessor``.
        batch: items of a data set, or images alone, ``(3, H, W)`` uint8 RGB.

    Returns:
        ``(N, 3, H, W)``, normalised, on the device of the model; and copies of the items' samples, or empty ones.

    Examples:
        >>> import ofer
        >>> inputs, samples = model_inputs(ofer.get_model('demo_resnet18'), [torch.zeros(3, 64, 64, dtype=torch.uint8)])
        >>> inputs.shape, len(samples)
        (torch.Size([1, 3, 64, 64]), 1)
    """
    found = [item if isinstance(item, dict) else {'inputs': item} for item in batch]
    samples = [item['data_samples'].clone() if 'data_samples' in item else FaceSample() for item in found]
    given = model.data_preprocessor({'inputs': [item['inputs'] for item in found], 'data_samples': samples})
    return given['inputs'], given['data_samples']


@torch.no_grad()
def predict(model: BaseModel, items: Sequence[Any], batch_size: int = 32) -> list[FaceSample]:
    """Predictions of a model for images.

    Args:
        model: in evaluation mode.
        items: of a data set, or images alone, ``(3, H, W)`` uint8 RGB.
        batch_size: images that are computed together.

    Returns:
        A sample for each image: the entries of the sample of the item, and the outputs of the model.

    Examples:
        >>> import ofer
        >>> [sample] = predict(ofer.get_model('demo_resnet18'), [torch.zeros(3, 64, 64, dtype=torch.uint8)])
        >>> sample.pred_score.shape
        torch.Size([7])
    """
    samples: list[FaceSample] = []
    for batch in batches(items, batch_size):
        inputs, given = model_inputs(model, batch)
        samples += model(inputs, given, mode='predict')
    return samples


@torch.no_grad()
def head_features(
    model: BaseModel, dataset: Any, indices: Sequence[int], batch_size: int = 32, progress: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Input features of the head of a classifier.

    Args:
        model: in evaluation mode.
        dataset: its items have ``gt_label``.
        indices: of the items.
        batch_size: number of images in a batch.
        progress: show a progress bar if the output is a terminal.

    Returns:
        ``(N, D)`` features, and ``(N,)`` true classes.

    Raises:
        ValueError: the model has no head, or its features are not vectors.

    Examples:
        >>> import ofer
        >>> face = {'inputs': torch.zeros(3, 64, 64, dtype=torch.uint8), 'data_samples': FaceSample().set_gt_label(2)}
        >>> features, target = head_features(ofer.get_model('demo_resnet18'), [face], [0])
        >>> features.shape, target
        ((1, ...), array([2]))
    """
    if not hasattr(model, 'head'):
        raise ValueError(f'{type(model).__name__} is no classifier: it has no features that a head sees')
    seen: list[Tensor] = []
    hook = model.head.register_forward_pre_hook(lambda head, given: seen.append(given[0][-1].float()))
    target: list[int] = []
    for batch in batches(dataset, batch_size, indices, progress):
        inputs, samples = model_inputs(model, batch)
        model(inputs, mode='tensor')
        target += [int(sample.gt_label) for sample in samples]
    hook.remove()
    features = torch.cat(seen).cpu().numpy()
    if features.ndim != 2:
        raise ValueError(f'{type(model).__name__} hands features of shape {features.shape[1:]} to its head: expected vectors')
    return features, np.array(target)
