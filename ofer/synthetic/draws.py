"""Random numbers that are the same on every machine.

Only uniform numbers are taken from numpy: their stream is fixed. NumPy may change how its other distributions consume the stream.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Option = TypeVar('Option')


class Draws:
    """A stream of random draws that belongs to one key.

    Args:
        key: non-negative integers that name the stream, such as (seed, split, index).
    """

    def __init__(self, *key: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))
        self._stock: list[float] = []

    def unit(self) -> float:
        """A number in [0, 1)."""
        if not self._stock:
            self._stock = self._generator.random(64).tolist()
        return self._stock.pop()

    def uniform(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit()

    def bell(self, spread: float = 1.0, middle: float = 0.0) -> float:
        """A number around ``middle`` with standard deviation ``spread``, at most three deviations away."""
        return middle + 2 * spread * (self.unit() + self.unit() + self.unit() - 1.5)

    def chance(self, share: float) -> bool:
        """True in this share of the draws."""
        return self.unit() < share

    def pick(self, options: Sequence[Option], weights: Sequence[float] | None = None) -> Option:
        """One of the options, with probability proportional to its weight."""
        if weights is None:
            return options[int(self.unit() * len(options))]
        rest = self.unit() * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            rest -= weight
            if rest < 0:
                return option
        return options[-1]

    def array(self, *shape: int) -> np.ndarray:
        """Float32 numbers in [0, 1) of the given shape."""
        return self._generator.random(shape, dtype=np.float32)

    def permutation(self, length: int) -> list[int]:
        """The numbers 0 to ``length - 1`` in random order."""
        return np.argsort(self._generator.random(length), kind='stable').tolist()
