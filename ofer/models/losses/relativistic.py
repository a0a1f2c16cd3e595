"""Relativistic average least-squares adversarial loss (Jolicoeur-Martineau 2019), the one of CSA and Latent-OFER."""

from torch import Tensor


def relativistic_loss(ahead: Tensor, behind: Tensor) -> Tensor:
    """How far one side's scores are from lying 1 above the mean of the other's, and the other's from lying 1 below the mean of these.

    The discriminator wants real ones ahead of painted ones, the generator painted ones ahead of real ones.

    Args:
        ahead: scores, any shape.
        behind: scores, any shape.

    Returns:
        Scalar: ``(mean (ahead - mean(behind) - 1)^2 + mean (behind - mean(ahead) + 1)^2) / 2``. 1 where all scores are the same.
    """
    return ((ahead - behind.mean() - 1).square().mean() + (behind - ahead.mean() + 1).square().mean()) / 2
