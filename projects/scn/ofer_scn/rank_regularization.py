"""Rank regularisation: the sure half of a batch has a higher mean weight than the rest, by a margin."""

from torch import Tensor


def rank_regularization(weights: Tensor, top_share: float = 0.7, margin: float = 0.15) -> Tensor:
    """Hinge on the difference between the mean weights of two groups of a batch.

    Args:
        weights: ``(N,)`` or ``(N, 1)``, importance of each sample in (0, 1), higher = more certain.
        top_share: share of the batch in the group of high weights, rounded down.
        margin: least difference between the two means.

    Returns:
        Scalar, ``max(0, margin - (mean of the high group - mean of the low group))``. 0 for a batch that leaves a group empty.

    >>> rank_regularization(torch.tensor([0.5, 0.75, 0.75, 0.75]), top_share=0.75, margin=0.5)
    tensor(0.2500)
    """
    ordered = weights.flatten().sort(descending=True).values
    number = int(len(ordered) * top_share)
    if number in (0, len(ordered)):
        return 0 * ordered.sum()
    return (margin - (ordered[:number].mean() - ordered[number:].mean())).clamp(min=0)
