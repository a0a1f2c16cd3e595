"""Relativistic average least-squares adversarial loss (Jolicoeur-Martineau 2019), as in CSA and Latent-OFER."""

from torch import Tensor


def relativistic_loss(ahead: Tensor, behind: Tensor) -> Tensor:
    """Squared error of a margin of 1: scores ``ahead`` above the mean of ``behind``, and ``behind`` below the mean of ``ahead``.

    The discriminator minimises it with scores of real images ahead of those of painted ones, the generator the other way round.

    Args:
        ahead: scores, any shape.
        behind: scores, any shape.

    Returns:
        Scalar: ``(mean (ahead - mean(behind) - 1)^2 + mean (behind - mean(ahead) + 1)^2) / 2``. 1 if all scores are equal.
    """
    return ((ahead - behind.mean() - 1).square().mean() + (behind - ahead.mean() + 1).square().mean()) / 2
