"""Loss of a face parser: cross entropy over pixels, and dice over classes, which weights a brow as much as the background."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.registry import MODELS


def dice_loss(logits: Tensor, target: Tensor, ignore_index: int = 255) -> Tensor:
    """Soft dice loss of every class, over the whole batch.

    For class ``k`` with probabilities ``p`` and indicator ``t`` over all valid pixels: ``1 - 2 sum(p t) / (sum(p) + sum(t))``.

    Args:
        logits: ``(N, K, H, W)``, unnormalised.
        target: ``(N, H, W)`` class indices in ``[0, K)``, or ``ignore_index``.
        ignore_index: pixels with this target do not count.

    Returns:
        ``(K,)`` in [0, 1]; 0 if prediction and target are equal. NaN for a class that the target lacks.
    """
    valid = target != ignore_index
    truth = F.one_hot(target.masked_fill(~valid, 0), logits.shape[1]).movedim(-1, 1) * valid.unsqueeze(1)
    share = logits.softmax(1) * valid.unsqueeze(1)
    overlap, size = (share * truth).sum((0, 2, 3)), truth.sum((0, 2, 3))
    dice = 2 * overlap / (share.sum((0, 2, 3)) + size)
    return torch.where(size > 0, 1 - dice, torch.nan)


@MODELS.register_module()
class ParsingLoss(nn.Module):
    """Cross entropy plus mean dice of the classes that occur in the batch.

    Args:
        dice_weight: factor of the dice part; 0 leaves it out.
        ignore_index: pixels with this target do not count.
        loss_weight: factor of the result.
    """

    def __init__(self, dice_weight: float = 1.0, ignore_index: int = 255, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.dice_weight, self.ignore_index, self.loss_weight = dice_weight, ignore_index, loss_weight

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Scalar loss.

        Args:
            logits: ``(N, K, H, W)``, unnormalised.
            target: ``(N, H, W)`` class indices in ``[0, K)``, or ``ignore_index``.

        Raises:
            ValueError: the maps are of different sizes.
        """
        if logits.shape[-2:] != target.shape[-2:]:
            raise ValueError(f'parsing loss: logits are {tuple(logits.shape[-2:])} and the target {tuple(target.shape[-2:])}')
        logits = logits.float()
        loss = F.cross_entropy(logits, target, ignore_index=self.ignore_index)
        if self.dice_weight:
            loss = loss + self.dice_weight * dice_loss(logits, target, self.ignore_index).nanmean()
        return self.loss_weight * loss
