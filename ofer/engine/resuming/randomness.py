"""Random numbers that depend only on the position in a run, not on its history.

Every training step starts from generators seeded by (run, step, process), and every image of an epoch is augmented from generators seeded
by (run, epoch, position in the order of the epoch). So no generator state has to be saved to resume bit for bit, and the augmentation of an
image depends neither on the number of worker processes nor on the number of training processes.

This reaches the global generators of ``random``, NumPy and PyTorch, which transforms of other packages draw from. A transform that keeps a
generator of its own is not reached; it should seed it from one of these, as ``PasteOccluders`` does.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

STEP, SAMPLE = range(2)
"""Streams, so that a step and an image never share their numbers."""


def _words(key: tuple[int, ...]) -> np.ndarray:
    """``(4,)`` uint32 that look independent for any two different keys."""
    return np.random.SeedSequence(key).generate_state(4)


def seed_process(*key: int) -> None:
    """Seed the process's generators, on all devices.

    Args:
        key: numbers from 0; the same numbers give the same draws.
    """
    words = _words(key)
    random.seed(words.tobytes())
    np.random.seed(words)  # noqa: NPY002
    torch.manual_seed(int(words[0]) << 32 | int(words[1]))


@contextmanager
def drawn_from(*key: int) -> Iterator[None]:
    """Context in which the generators (on the CPU) are seeded by ``key``; their earlier state is restored at its end.

    Args:
        key: numbers from 0; the same numbers give the same draws.
    """
    kept = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    words = _words(key)
    random.seed(words.tobytes())
    np.random.seed(words)  # noqa: NPY002
    torch.default_generator.manual_seed(int(words[0]) << 32 | int(words[1]))
    try:
        yield
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])  # noqa: NPY002
        torch.set_rng_state(kept[2])
