"""Mixing of two faces by their uncertainty (Zhang et al., Relative Uncertainty Learning, NeurIPS 2021)."""

from torch import Tensor


def uncertainty(log_variance: Tensor) -> Tensor:
    """Uncertainty of a face: the mean of its variances.

    Args:
        log_variance: ``(N, D)``.

    Returns:
        ``(N, 1)``, above 0.
    """
    return log_variance.exp().mean(1, keepdim=True)


def mix_by_uncertainty(mean: Tensor, weight: Tensor, partner: Tensor) -> Tensor:
    """Mix each face with its partner, in proportion to the uncertainty of both.

    The uncertain face has the larger share. To predict both labels from the mixture, the network must give the larger uncertainty to the
    face whose label is harder to predict.

    Args:
        mean: ``(N, D)``, features.
        weight: ``(N, 1)``, uncertainty, above 0.
        partner: ``(N,)``, a permutation of the indices.

    Returns:
        ``(N, D)``.

    >>> mix_by_uncertainty(torch.tensor([[0.0], [4.0]]), torch.tensor([[1.0], [3.0]]), torch.tensor([1, 0])).tolist()
    [[3.0], [3.0]]
    """
    return (weight * mean + weight[partner] * mean[partner]) / (weight + weight[partner])
