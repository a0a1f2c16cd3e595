"""Loss of a masked autoencoder: the error of the hidden patches (He et al., CVPR 2022, Sec. 3)."""

from torch import Tensor, nn

from ofer.registry import MODELS


def masked_patch_mse(prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Mean squared error over the hidden patches of a batch.

    Args:
        prediction: ``(N, L, P)``.
        target: ``(N, L, P)``.
        mask: ``(N, L)`` bool, True = hidden; their number may differ between images, and each patch has the same weight.

    Returns:
        A scalar; 0 if nothing is hidden.
    """
    error = (prediction - target).square().mean(-1)
    return (error * mask).sum() / mask.sum().clamp(min=1)


@MODELS.register_module()
class MaskedPatchLoss(nn.Module):
    """:func:`masked_patch_mse` times a weight.

    Args:
        loss_weight: factor.
    """

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, prediction: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """As :func:`masked_patch_mse`."""
        return self.loss_weight * masked_patch_mse(prediction, target, mask)
