"""What a protocol gets and gives: a batch of faces, and the same faces under one condition."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

CLEAN = 'clean'


@dataclass(frozen=True)
class Batch:
    """Faces, all of one size.

    Args:
        names: by which the protocols draw, see :mod:`ofer.report.randomness`.
        images: ``(N, H, W, 3)`` uint8 RGB.
        landmarks: ``(N, 68, 2)``, shares of width and height, 300-W order; None if unknown.
        importance: ``(N, 14, 14)``, higher = more important; None if unknown.
    """

    names: Sequence[str]
    images: np.ndarray
    landmarks: np.ndarray | None = None
    importance: np.ndarray | None = None


@dataclass(frozen=True)
class Occluded:
    """Faces under a condition.

    Args:
        images: ``(N, H, W, 3)`` uint8 RGB.
        covered: ``(N, H, W)`` bool, True = occluded; None for conditions that cover nothing.
    """

    images: np.ndarray
    covered: np.ndarray | None = None


Draw = Callable[[Batch], Occluded]


def unchanged(batch: Batch) -> Occluded:
    """The images as they are."""
    return Occluded(batch.images)


@dataclass(frozen=True)
class Condition:
    """One way in which all images are shown to all models.

    Args:
        name: e.g. ``square-black-20``; files and rows of the report are called after it.
        section: of the report.
        draw: from a batch to the batch under the condition.
        facts: what the condition is made of, e.g. ``dict(order='square', fill='black', share=20)``.
        importance: which order of importance it needs: ``'own'``, of each model, or ``'reference'``, of the reference model; None: none.
        landmarks: whether it needs landmarks.
    """

    name: str
    section: str
    draw: Draw = field(compare=False)
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)
    importance: str | None = None
    landmarks: bool = False

    @property
    def claimed(self) -> float | None:
        """Share of the image that it covers by definition, in [0, 1]; None if the definition names none."""
        share = self.facts.get('share')
        return None if share is None else share / 100
