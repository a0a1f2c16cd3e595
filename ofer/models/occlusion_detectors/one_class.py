"""Base of the occlusion detectors: they learn the distribution of unoccluded patches and a threshold of the distance from it.

A detector takes maps ``(N, C, H, W)`` and returns a score for each patch of a square grid. :class:`~ofer.engine.hooks.OneClassHook` runs
the training: one pass over the training images before the first step (``observe`` each batch, then ``begin``), steps on ``loss``, and one
pass after them (``review`` each batch, then ``conclude``), which sets the threshold. All results are saved with the weights, as arrays.
"""

from typing import ClassVar

import numpy as np
import torch
from mmengine.dist import all_gather_object
from mmengine.model import BaseModule
from torch import Tensor


def gathered(parts: list[Tensor]) -> Tensor:
    """Concatenated rows of all processes, on the CPU, the same in each process."""
    return torch.cat(all_gather_object(torch.cat(parts)))


def quantile_threshold(scores: Tensor, nu: float) -> float:
    """The score that a share ``nu`` of unoccluded patches exceeds: their ``1 - nu`` quantile.

    Args:
        scores: scores of unoccluded patches, any shape.
        nu: share of false alarms, in (0, 1).
    """
    return float(np.quantile(scores.double().numpy(), 1 - nu))


class OneClassDetector(BaseModule):
    """Base of the detectors.

    Args:
        nu: share of the unoccluded training patches above the threshold, in (0, 1).

    Raises:
        ValueError: ``nu`` is out of range.
    """

    learns: ClassVar[bool] = True
    """Whether :meth:`loss` is minimised by steps; otherwise the first pass suffices."""

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
        """Whether the first pass is complete."""
        raise NotImplementedError

    def observe(self, features: Tensor) -> None:
        """Record a batch of unoccluded features ``(N, C, H, W)`` in the first pass."""

    def begin(self) -> None:
        """End the first pass."""

    def loss(self, features: Tensor, covered: Tensor | None = None) -> Tensor:
        """Training loss, a scalar.

        Args:
            features: ``(N, C, H, W)`` of unoccluded images.
            covered: ``(N, H, W)`` bool, True = a piece was pasted over the pixel; for detectors that learn from it.
                None: nothing was pasted.

        Raises:
            ValueError: the first pass is missing, or this detector does not learn from pasted pieces.
        """
        raise NotImplementedError

    def forward(self, features: Tensor) -> Tensor:
        """Scores ``(N, grid, grid)`` of ``(N, C, H, W)``; higher = more likely occluded, in the unit of the detector."""
        raise NotImplementedError

    @torch.no_grad()
    def review(self, features: Tensor) -> None:
        """Record a batch of unoccluded features ``(N, C, H, W)`` in the last pass."""
        self._reviewed.append(self(features).flatten().cpu())

    def conclude(self) -> None:
        """End the last pass: set the threshold."""
        self.threshold.fill_(quantile_threshold(gathered(self._reviewed), self.nu))
        self._reviewed.clear()

    def flags(self, scores: Tensor) -> Tensor:
        """Apply the threshold: ``(N, grid, grid)`` bool, True = occluded.

        Raises:
            ValueError: the threshold is unset.
        """
        if not torch.isfinite(self.threshold):
            raise ValueError(
                f'{type(self).__name__} has no threshold: it is set when a training with OneClassHook in custom_hooks ends. '
                'Give the checkpoint of such a training.'
            )
        return scores > self.threshold
