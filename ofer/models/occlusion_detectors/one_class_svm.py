"""Comparison to ViT-SVDD (Latent-OFER Table 1): a one-class support vector machine (Schölkopf et al., 2001) on the same latents.

scikit-learn fits it on the standardised latents of a sample of the patches. It is saved as arrays, not as a pickled estimator, and torch
computes the scores.
"""

from typing import ClassVar

import torch
from mmengine.dist import get_rank
from torch import Tensor

from ofer.models.occlusion_detectors.one_class import OneClassDetector, gathered
from ofer.registry import MODELS


def rbf_decision(x: Tensor, support: Tensor, coefficients: Tensor, offset: Tensor, gamma: Tensor) -> Tensor:
    """Decision value of a one-class SVM with a Gaussian kernel; the negative of ``decision_function`` of scikit-learn.

    Args:
        x: ``(n, C)``.
        support: ``(S, C)`` support vectors; rows with coefficient 0 have no effect.
        coefficients: ``(S,)``.
        offset: scalar, ``offset_`` of scikit-learn.
        gamma: scalar, parameter of the kernel ``exp(-gamma |x - y|^2)``.

    Returns:
        ``(n,)``, > 0 = outside.
    """
    return offset - torch.exp(-gamma * torch.cdist(x, support).square()) @ coefficients


@MODELS.register_module()
class LatentOneClassSVM(OneClassDetector):
    """One-class SVM with a Gaussian kernel; it is fitted at once, without training steps.

    Args:
        in_channels: channels of a latent.
        nu: share of outliers, in the fit and for the threshold.
        samples: largest number of patches for the fit, drawn at random; the time of the fit is quadratic in it.
        seed: seed of that choice.
    """

    learns: ClassVar = False
    mean: Tensor
    scale: Tensor
    support: Tensor
    coefficients: Tensor
    offset: Tensor
    gamma: Tensor

    def __init__(self, in_channels: int, nu: float = 0.05, samples: int = 5000, seed: int = 0, init_cfg: dict | list | None = None) -> None:
        super().__init__(nu, init_cfg)
        self.samples = samples
        self.seed = seed
        self.register_buffer('mean', torch.zeros(in_channels))
        self.register_buffer('scale', torch.ones(in_channels))
        self.register_buffer('support', torch.zeros(samples, in_channels))  # fixed size, so that any checkpoint fits
        self.register_buffer('coefficients', torch.zeros(samples))
        self.register_buffer('offset', torch.tensor(float('nan')))
        self.register_buffer('gamma', torch.tensor(float('nan')))
        self._lots = torch.empty(0, dtype=torch.float64)  # of the latents kept so far: the smallest are kept
        self._observed = torch.empty(0, in_channels)
        self._draw: torch.Generator | None = None

    @property
    def begun(self) -> bool:
        return bool(torch.isfinite(self.offset))

    @torch.no_grad()
    def observe(self, features: Tensor) -> None:
        """Keep a uniform random sample of ``samples`` latents."""
        if self._draw is None:
            self._draw = torch.Generator().manual_seed(self.seed + 1000003 * get_rank())
        latents = features.movedim(1, -1).flatten(0, 2).float().cpu()
        lots = torch.rand(len(latents), dtype=torch.float64, generator=self._draw)
        self._keep(torch.cat([self._lots, lots]), torch.cat([self._observed, latents]))

    def _keep(self, lots: Tensor, latents: Tensor) -> None:
        chosen = lots.argsort()[: self.samples]
        self._lots, self._observed = lots[chosen], latents[chosen]

    def begin(self) -> None:
        """Fit the SVM; every process fits the same one."""
        from sklearn.svm import OneClassSVM  # imported where it is needed: it takes seconds

        self._keep(gathered([self._lots]), gathered([self._observed]))
        latents = self._observed
        self._lots, self._observed, self._draw = self._lots[:0], self._observed[:0], None
        self.mean.copy_(latents.mean(0))
        self.scale.copy_(latents.std(0).clamp(min=1e-6))
        standard = ((latents - self.mean.cpu()) / self.scale.cpu()).numpy()
        machine = OneClassSVM(kernel='rbf', gamma='scale', nu=self.nu).fit(standard)
        count = len(machine.support_)
        self.support.zero_()[:count] = torch.from_numpy(machine.support_vectors_)
        self.coefficients.zero_()[:count] = torch.from_numpy(machine.dual_coef_[0]).float()
        self.offset.fill_(float(machine.offset_[0]))
        self.gamma.fill_(float(machine._gamma))

    def forward(self, features: Tensor) -> Tensor:
        """Decision values, ``(N, grid, grid)``, of latents ``(N, C, grid, grid)``."""
        latents = features.movedim(1, -1)
        standard = ((latents - self.mean) / self.scale).flatten(0, 2)
        scores = rbf_decision(standard, self.support, self.coefficients, self.offset, self.gamma)
        return scores.view(latents.shape[:3])
