"""Non-finite losses, and the files of their batches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ofer.structures import FaceSamples


class NonFiniteError(RuntimeError):
    """A loss or a weight is infinite or NaN."""


class NonFiniteLossError(NonFiniteError):
    """A loss is infinite or NaN; no step was made."""


def files_of(batch: Any) -> list[str]:
    """The image paths in the data samples of a batch; samples without a path are left out."""
    return [sample.img_path for sample in samples_of(batch) if getattr(sample, 'img_path', None)]


def samples_of(batch: Any) -> Iterator[Any]:
    """The data samples of a batch, of :class:`FaceSamples` without the columns; empty if the model takes another input."""
    samples = batch.get('data_samples', ()) if isinstance(batch, Mapping) else ()
    samples = samples.samples if isinstance(samples, FaceSamples) else samples
    yield from samples if isinstance(samples, Sequence) else ()
