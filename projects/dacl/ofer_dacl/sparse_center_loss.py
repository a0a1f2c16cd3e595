"""Sparse centre loss: the distance of a feature from the centre of its class, weighted by dimension (DACL, Farzaneh and Qi, WACV 2021).

The gradients of features and weights are those of the loss. The centres do not follow its gradient, but a mean of the weighted differences
of their class, as in the centre loss of Wen et al. (2016): :func:`center_gradient`.
"""

import torch
from torch import Tensor


def sparse_center_loss(features: Tensor, weights: Tensor, centers: Tensor, labels: Tensor) -> Tensor:
    """Sum over the batch and the dimensions of ``A (x - c_y)^2 / (2 N)``.

    Args:
        features: ``(N, D)``, ``x``.
        weights: ``(N, D)``, ``A`` in [0, 1], 1 = the dimension counts fully.
        centers: ``(K, D)``, no gradient flows to them.
        labels: ``(N,)``, class indices.

    Returns:
        Scalar, 0 or more.

    >>> one = torch.ones(1, 2)
    >>> sparse_center_loss(3 * one, one / 4, torch.zeros(2, 2), torch.tensor([1])).item()
    2.25
    """
    difference = features - centers.detach()[labels]
    return (weights * difference.square()).sum() / (2 * len(features))


def center_gradient(features: Tensor, weights: Tensor, centers: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The two parts of the gradient of the centres, which is ``-total / (1 + number)``.

    Args:
        features: ``(N, D)``.
        weights: ``(N, D)``.
        centers: ``(K, D)``.
        labels: ``(N,)``.

    Returns:
        Sum of the weighted differences ``A (x - c)`` of each class ``(K, D)``, and number of its samples ``(K, 1)``: sums, which can be
        added up over processes.
    """
    difference = weights * (features - centers[labels])
    total = torch.zeros_like(centers).index_add_(0, labels, difference.to(centers.dtype))
    return total, torch.bincount(labels, minlength=len(centers)).to(centers)[:, None]
