"""Losses that are no numbers any more, and the files that they were computed on."""

from collections.abc import Iterator, Mapping
from typing import Any


class NonFiniteError(RuntimeError):
    """A loss or a weight is infinite or no number."""


class NonFiniteLossError(NonFiniteError):
    """A loss is, and no step was made of it."""


def files_of(batch: Any) -> list[str]:
    """The paths in the data samples of a batch, as far as they have any."""
    return [sample.img_path for sample in samples_of(batch) if getattr(sample, 'img_path', None)]


def samples_of(batch: Any) -> Iterator[Any]:
    """The data samples of a batch; none where the model takes something else."""
    samples = batch.get('data_samples', ()) if isinstance(batch, Mapping) else ()
    yield from samples if isinstance(samples, (list, tuple)) else ()
