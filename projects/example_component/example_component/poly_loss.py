"""Poly-1: cross entropy with its first polynomial coefficient raised (Leng et al., PolyLoss, ICLR 2022, Sec. 5)."""

from torch import Tensor, nn
from torch.nn import functional as F

from ofer.registry import MODELS


def poly_loss(logits: Tensor, target: Tensor, epsilon: float = 1.0) -> Tensor:
    """``-log p + epsilon (1 - p)`` of every sample, where ``p`` is the probability of its target.

    Args:
        logits: ``(N, K)``, unnormalised.
        target: ``(N,)``, class indices in ``[0, K)``, or ``(N, K)``, soft labels.
        epsilon: 0 is cross entropy; the larger, the more the unsure samples count.

    Returns:
        ``(N,)``. 0 as the target's logit goes to infinity.
    """
    soft = target if target.ndim == 2 else F.one_hot(target, logits.shape[1]).to(logits.dtype)
    probability = (logits.softmax(1) * soft).sum(1)
    return F.cross_entropy(logits, soft, reduction='none') + epsilon * (1 - probability)


@MODELS.register_module()
class PolyLoss(nn.Module):
    """Mean of :func:`poly_loss` over the batch, weighted.

    Args:
        epsilon: as in :func:`poly_loss`; at least -1, below which the loss of a sure and right answer would rise.
        loss_weight: factor of the result.

    Raises:
        ValueError: ``epsilon`` below -1.
    """

    def __init__(self, epsilon: float = 1.0, loss_weight: float = 1.0) -> None:
        super().__init__()
        if epsilon < -1:
            raise ValueError(f'epsilon must be at least -1, got {epsilon}')
        self.epsilon, self.loss_weight = epsilon, loss_weight

    def forward(self, cls_score: Tensor, label: Tensor, avg_factor: int | None = None) -> Tensor:
        """Loss of a batch; the arguments are those that mmpretrain's heads give.

        Args:
            cls_score: ``(N, K)`` logits.
            label: ``(N,)`` class indices or ``(N, K)`` soft labels.
            avg_factor: divisor of the sum; ``N`` where not given.
        """
        return self.loss_weight * poly_loss(cls_score, label, self.epsilon).sum() / (avg_factor or len(label))
