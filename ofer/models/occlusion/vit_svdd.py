"""ViT-SVDD: a hypersphere around the latents of unoccluded patches (Latent-OFER Sec. 3.1, Eq. 1; deep SVDD, Ruff et al., ICML 2018).

The authors never released theirs. What the paper leaves open is chosen as in deep SVDD: layers without bias and an activation without
bound, or a network could map everything onto the centre; the centre is the mean of a first pass, with entries near 0 pushed away, and never
trained. The paper finds its radius "in the SVDD procedure"; here it is the distance that a share ``nu`` of the training patches exceeds.

On latents that tell little of what belongs to a face, a sphere around the good ones says little. So there may be a second term (deep SAD,
Ruff et al., ICLR 2020, which the paper cites too): patches that a piece of a training face was pasted over are pushed away from the
centre. No occluder is seen for that. It is not in Eq. 1, and off by default.
"""

from collections.abc import Iterable

import torch
from mmengine.dist import all_reduce
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.occlusion.one_class import OneClassDetector
from ofer.registry import MODELS


def push_from_zero(center: Tensor, eps: float) -> Tensor:
    """Move entries nearer to 0 than ``eps`` to ``eps`` with their own sign (0 counts as positive): a bias-free net reaches 0 trivially.

    Args:
        center: ``(D,)``.
        eps: least absolute value, > 0.
    """
    edge = torch.where(center < 0, -eps, eps).to(center)
    return torch.where(center.abs() < eps, edge, center)


def svdd_objective(embedded: Tensor, center: Tensor, weights: Iterable[Tensor], weight_decay: float) -> Tensor:
    """Mean squared distance to the centre plus weight decay (Eq. 1).

    Args:
        embedded: ``(n, D)``, ``Phi(x)``.
        center: ``(D,)``.
        weights: of the layers.
        weight_decay: lambda; half of it times the squared Frobenius norms is added.

    Returns:
        A scalar.
    """
    decay = sum((w.square().sum() for w in weights), embedded.new_zeros(()))
    return (embedded - center).square().sum(-1).mean() + weight_decay / 2 * decay


def repulsion(embedded: Tensor, center: Tensor, eps: float = 0.01) -> Tensor:
    """Mean inverse squared distance of outliers to the centre (deep SAD, Eq. 7).

    Args:
        embedded: ``(n, D)``.
        center: ``(D,)``.
        eps: added to the squared distance, so that it can be inverted.

    Returns:
        A scalar; 0 where there are none, and as they go to infinity.
    """
    return (1 / ((embedded - center).square().sum(-1) + eps)).sum() / max(len(embedded), 1)


@MODELS.register_module()
class ViTSVDD(OneClassDetector):
    """Deep SVDD on patch latents. The score is the distance to the centre, the threshold the radius.

    Args:
        in_channels: values of a latent.
        hidden: widths of the layers of ``Phi``; the last is the space of the hypersphere.
        nu: see :class:`OneClassDetector`.
        weight_decay: lambda of Eq. 1; leave the optimiser's at 0.
        eps: how far the centre's entries stay from 0.
        pasted_weight: weight of the term on pasted patches, those covered by half at least; patches covered by less do not count then.

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
        pasted_weight: float = 0.0,
        init_cfg: dict | list | None = None,
    ) -> None:
        super().__init__(nu, init_cfg)
        if not hidden:
            raise ValueError('hidden is empty: ViTSVDD needs at least one layer')
        layers: list[nn.Module] = []
        for width in hidden:
            layers += [nn.Linear(in_channels, width, bias=False), nn.LeakyReLU(0.1)]
            in_channels = width
        self.phi = nn.Sequential(*layers[:-1])
        self.weight_decay = weight_decay
        self.eps = eps
        self.pasted_weight = pasted_weight
        self.register_buffer('center', torch.full((in_channels,), float('nan')))
        self._sum = torch.zeros(in_channels + 1, dtype=torch.float64)

    @property
    def begun(self) -> bool:
        return bool(torch.isfinite(self.center).all())

    @torch.no_grad()
    def observe(self, features: Tensor) -> None:
        embedded = self._embed(features).flatten(0, 2).double().cpu()
        self._sum += torch.cat([embedded.sum(0), torch.tensor([float(len(embedded))], dtype=torch.float64)])

    def begin(self) -> None:
        """Set the centre: the mean of what :meth:`observe` saw in all processes."""
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
        rows, columns = embedded.shape[1:3]
        share = F.adaptive_avg_pool2d(covered[:, None].float(), (rows, columns))[:, 0]
        attraction = svdd_objective(embedded[share == 0], self.center, weights, self.weight_decay)
        return attraction + self.pasted_weight * repulsion(embedded[share >= 0.5], self.center)

    def forward(self, features: Tensor) -> Tensor:
        """Distances to the centre, ``(N, grid, grid)``, of latents ``(N, C, grid, grid)``."""
        return (self._embed(features) - self.center).norm(dim=-1)

    def _embed(self, features: Tensor) -> Tensor:
        return self.phi(features.movedim(1, -1))  # (N, h, w, D)
