"""Losses that are no numbers any more, and the files that they were computed on."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor


class NonFiniteError(RuntimeError):
    """A loss or a weight is infinite or no number."""


class NonFiniteLossError(NonFiniteError):
    """A loss is, and no step was made of it."""


def loss_sum(outputs: Mapping[str, Tensor | Iterable[Tensor]]) -> Tensor:
    """Sum of what a model's ``forward(mode='loss')`` returns under names with ``loss`` in them, which is what mmengine trains on.

    Args:
        outputs: tensors of any shape, or lists of them.

    Returns:
        ``()`` float32; finite only if all of them are.
    """
    losses = [value for name, value in outputs.items() if 'loss' in name]
    tensors = [t for value in losses for t in ([value] if isinstance(value, Tensor) else value)]
    return torch.stack([t.detach().float().mean() for t in tensors]).sum()


def files_of(batch: Any) -> list[str]:
    """The paths in the data samples of a batch, as far as they have any."""
    return [sample.img_path for sample in samples_of(batch) if getattr(sample, 'img_path', None)]


def samples_of(batch: Any) -> Iterator[Any]:
    """The data samples of a batch; none where the model takes something else."""
    samples = batch.get('data_samples', ()) if isinstance(batch, Mapping) else ()
    yield from samples if isinstance(samples, (list, tuple)) else ()
