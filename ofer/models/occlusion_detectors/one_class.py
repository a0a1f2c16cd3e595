"""What all detectors of occlusion share: they learn what unoccluded patches look like, and how far from that is too far.

A detector sees maps ``(N, C, H, W)`` and gives a score to each patch of a square grid. A training goes as follows, and
:class:`~ofer.engine.hooks.OneClassHook` sees to it: one pass over the training images before the first step (``observe`` each batch, then
``begin``), steps on ``loss``, and one pass after them (``review`` each batch, then ``conclude``), which sets the threshold. All that it
finds out is saved with the weights, as arrays.
"""

from typing import ClassVar

import numpy as np
import torch
from mmengine.dist import all_gather_object
from mmengine.model import BaseModule
from torch import Tensor


def gathered(parts: list[Tensor]) -> Tensor:
    """Rows that all processes have collected, joined, on the CPU, the same in each process."""
    return torch.cat(all_gather_object(torch.cat(parts)))


def quantile_threshold(scores: Tensor, nu: float) -> float:
    """The score that a share ``nu`` of unoccluded patches exceeds: their ``1 - nu`` quantile.

    Args:
        scores: of unoccluded patches, any shape.
        nu: share that may be taken for occluded, in (0, 1).
    """
    return float(np.quantile(scores.double().numpy(), 1 - nu))


class OneClassDetector(BaseModule):
    """Base of the detectors.

    Args:
        nu: share of the unoccluded training patches that lie beyond the threshold, in (0, 1).

    Raises:
        ValueError: ``nu`` is out of range.
    """

    learns: ClassVar[bool] = True
    """Whether there are steps on :meth:`loss`; else the first pass finds out everything."""

    threshold: Tensor

    def __init__(self, nu: float = 0.05, init_cfg: dict | list | None = None) -> None:
        super().__init__(init_cfg)
        if not 0 < nu < 1:
            raise ValueError(f'nu={nu}: expected a share of the patches in (0, 1)')
        self.nu = nu
        self.register_buffer('threshold', torch.tensor(float('nan')))
        self._reviewed: list[Tensor] = []

    @property
    def begun(self) -> bool:
        """Whether the first pass was made."""
        raise NotImplementedError

    def observe(self, features: Tensor) -> None:
        """Take note of a batch of unoccluded features ``(N, C, H, W)`` in the first pass."""

    def begin(self) -> None:
        """End the first pass."""

    def loss(self, features: Tensor, covered: Tensor | None = None) -> Tensor:
        """What a step of training makes smaller, a scalar.

        Args:
            features: ``(N, C, H, W)`` of unoccluded images.
            covered: ``(N, H, W)`` of the image: True where something was pasted over it; for detectors that learn from that.
                None: nothing was pasted.

        Raises:
            ValueError: the first pass was not made, or this detector learns nothing from pasted pieces.
        """
        raise NotImplementedError

    def forward(self, features: Tensor) -> Tensor:
        """Scores ``(N, grid, grid)`` of ``(N, C, H, W)``; higher = rather occluded, in a unit of the detector's own."""
        raise NotImplementedError

    @torch.no_grad()
    def review(self, features: Tensor) -> None:
        """Take note of a batch of unoccluded features ``(N, C, H, W)`` in the last pass."""
        self._reviewed.append(self(features).flatten().cpu())

    def conclude(self) -> None:
        """End the last pass: set the threshold."""
        self.threshold.fill_(quantile_threshold(gathered(self._reviewed), self.nu))
        self._reviewed.clear()

    def flags(self, scores: Tensor) -> Tensor:
        """Which scores say occluded: ``(N, grid, grid)`` bool, True = occluded.

        Raises:
            ValueError: no threshold was found yet.
        """
        if not torch.isfinite(self.threshold):
            raise ValueError(
                f'{type(self).__name__} has no threshold: it is set when a training with OneClassHook in custom_hooks ends. '
                'Give the checkpoint of such a training.'
            )
        return scores > self.threshold
