"""ViT-SVDD: a hypersphere around the latents of unoccluded patches (Latent-OFER Sec. 3.1, Eq. 1; deep SVDD, Ruff et al., ICML 2018).

The authors did not release their detector. Details that the paper omits are as in deep SVDD: layers have no bias and activations are
unbounded, because otherwise the network could map all inputs to the centre; the centre is the mean of a first pass, with entries near 0
pushed away, and is not trained. The paper finds its radius "in the SVDD procedure"; here it is the distance that a share ``nu`` of the
training patches exceeds.

Eq. 1 needs latents in which occluders differ from faces. For other latents there is a second objective, which is not in the paper and off
by default: hypersphere classification (Ruff et al., arXiv:2006.00339; in maps, FCDD, Liznerski et al., ICLR 2021). It pushes patches under
pasted pieces (:mod:`ofer.models.occlusion_detectors.pasting`) away from the centre. It uses no real occluders.
"""

from collections.abc import Iterable
from typing import Any

import torch
from mmengine.dist import all_reduce
from torch import Tensor, nn

from ofer.masks import covered_share
from ofer.models.occlusion_detectors.one_class import OneClassDetector
from ofer.registry import MODELS


def push_from_zero(center: Tensor, eps: float) -> Tensor:
    """Move entries nearer to 0 than ``eps`` to ``eps`` with unchanged sign (0 counts as positive): a network without bias reaches 0
    trivially.

    Args:
        center: ``(D,)``.
        eps: least absolute value, > 0.
    """
    edge = torch.where(center < 0, -eps, eps).to(center)
    return torch.where(center.abs() < eps, edge, center)


def frobenius_penalty(weights: Iterable[Tensor], weight_decay: float) -> Tensor:
    """Half of ``weight_decay`` times the sum of the squared Frobenius norms, a scalar."""
    return weight_decay / 2 * torch.stack([weight.square().sum() for weight in weights]).sum()


def svdd_objective(
    embedded: Tensor, center: Tensor, weights: Iterable[Tensor], weight_decay: float, counted: Tensor | None = None
) -> Tensor:
    """Mean squared distance to the centre plus weight decay (Eq. 1).

    Args:
        embedded: ``(n, D)``, ``Phi(x)``.
        center: ``(D,)``.
        weights: weights of the layers.
        weight_decay: lambda; half of it times the squared Frobenius norms is added.
        counted: ``(n,)`` bool, True = the mean includes this one. None: it includes all.

    Returns:
        A scalar.
    """
    squared = (embedded - center).square().sum(-1)
    mean = squared.mean() if counted is None else squared.masked_fill(~counted, 0).sum() / counted.sum().clamp(min=1)
    return mean + frobenius_penalty(weights, weight_decay)


def hypersphere_classification(embedded: Tensor, center: Tensor, share: Tensor, eps: float = 1e-6) -> Tensor:
    """Cross entropy of the covered share of a patch, with ``exp(-h)`` the probability that it is not covered.

    ``h = sqrt(d^2 + 1) - 1``, with ``d`` the distance to the centre. The target is the covered share, so that scores rise with it.

    Args:
        embedded: ``(n, D)``.
        center: ``(D,)``.
        share: ``(n,)``, in [0, 1].
        eps: added to ``h`` in the logarithm, which is undefined at 0.

    Returns:
        A scalar, nats.
    """
    far = ((embedded - center).square().sum(-1) + 1).sqrt() - 1
    return ((1 - share) * far - share * torch.log(-torch.expm1(-far - eps))).mean()


@MODELS.register_module()
class ViTSVDD(OneClassDetector):
    """Deep SVDD on patch latents. The score is the distance to the centre, the threshold the radius.

    Args:
        in_channels: channels of a latent.
        hidden: widths of the layers of ``Phi``; the last is the dimension of the hypersphere.
        nu: see :class:`OneClassDetector`.
        weight_decay: lambda of Eq. 1; set that of the optimiser to 0.
        eps: smallest absolute value of the entries of the centre.
        classifies: with pasted pieces, whether :func:`hypersphere_classification` replaces the mean squared distance. Otherwise Eq. 1 is
            used on the patches that are not covered.

    Raises:
        ValueError: no layer, or ``nu`` out of range.
    """

    center: Tensor

    def __init__(
        self,
        in_channels: int,
        hidden: tuple[int, ...] = (128, 64),
        nu: float = 0.05,
        weight_decay: float = 1e-4,
        eps: float = 0.1,
        classifies: bool = False,
        init_cfg: dict | list | None = None,
    ) -> None:
        super().__init__(nu, init_cfg)
        if not hidden:
            raise ValueError('hidden is empty: ViTSVDD needs at least one layer')
        self.in_channels = in_channels
        layers: list[nn.Module] = []
        for width in hidden:
            layers += [nn.Linear(in_channels, width, bias=False), nn.LeakyReLU(0.1)]
            in_channels = width
        self.phi = nn.Sequential(*layers[:-1])
        self.weight_decay = weight_decay
        self.eps = eps
        self.classifies = classifies
        self.register_buffer('center', torch.full((in_channels,), float('nan')))
        self._sum = torch.zeros(in_channels + 1, dtype=torch.float64)
        self._begun = False

    def _load_from_state_dict(self, *args: Any) -> None:
        super()._load_from_state_dict(*args)
        self._begun = False

    @property
    def begun(self) -> bool:
        self._begun = self._begun or bool(torch.isfinite(self.center).all())  # read once: a step must not wait for the GPU
        return self._begun

    @torch.no_grad()
    def observe(self, features: Tensor) -> None:
        embedded = self._embed(features).flatten(0, 2).double().cpu()
        self._sum += torch.cat([embedded.sum(0), torch.tensor([float(len(embedded))], dtype=torch.float64)])

    def begin(self) -> None:
        """Set the centre: the mean of the features recorded by :meth:`observe` in all processes."""
        total = self._sum.to(self.center.device)
        all_reduce(total)
        self.center.copy_(push_from_zero((total[:-1] / total[-1]).to(self.center), self.eps))
        self._sum.zero_()

    def loss(self, features: Tensor, covered: Tensor | None = None) -> Tensor:
        if not self.begun:
            raise ValueError('ViTSVDD has no centre: put OneClassHook into custom_hooks, which makes the first pass')
        weights = [layer.weight for layer in self.phi if isinstance(layer, nn.Linear)]
        embedded = self._embed(features)
        if covered is None:
            return svdd_objective(embedded.flatten(0, 2), self.center, weights, self.weight_decay)
        share = covered_share(covered, *embedded.shape[1:3])
        if not self.classifies:
            return svdd_objective(embedded.flatten(0, 2), self.center, weights, self.weight_decay, share.flatten() == 0)
        decay = frobenius_penalty(weights, self.weight_decay)
        return decay + hypersphere_classification(embedded.flatten(0, 2), self.center, share.flatten())

    def forward(self, features: Tensor) -> Tensor:
        """Distances to the centre, ``(N, grid, grid)``, of latents ``(N, C, grid, grid)``."""
        return (self._embed(features) - self.center).norm(dim=-1)

    def _embed(self, features: Tensor) -> Tensor:
        if features.shape[1] != self.in_channels:
            raise ValueError(f'latents have {features.shape[1]} values and ViTSVDD was built for in_channels={self.in_channels}')
        return self.phi(features.movedim(1, -1))  # (N, h, w, D)
