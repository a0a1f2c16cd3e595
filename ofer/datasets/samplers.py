"""Drawing all classes equally often."""

import math
from collections.abc import Iterator, Sized

import numpy as np
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from ofer.registry import DATA_SAMPLERS


def balanced_weights(labels: np.ndarray) -> np.ndarray:
    """Probability of each item such that all occurring classes are drawn equally often: 1 / size of its class, normalised.

    Args:
        labels: ``(n,)`` class indices.

    Returns:
        ``(n,)`` float64 that sum to 1.
    """
    _, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights = 1.0 / counts[inverse]
    return weights / weights.sum()


@DATA_SAMPLERS.register_module()
class ClassBalancedSampler(Sampler):
    """Draw with replacement, each class equally often (the sampler of the published ORSANet training).

    An epoch has as many draws as there are items. They depend only on ``seed`` and epoch, so a resumed run gets the same draws. In
    distributed training all ranks make the same draws, and each uses its share of them.

    Args:
        dataset: has ``get_gt_labels()``, or ``get_data_info(i)['gt_label']``.
        seed: equal on all ranks; None: the ranks share a random one.
    """

    def __init__(self, dataset: Sized, seed: int | None = None) -> None:
        self.rank, self.world_size = get_dist_info()
        self.seed = sync_random_seed() if seed is None else seed
        self.epoch = 0
        if hasattr(dataset, 'get_gt_labels'):
            labels = np.asarray(dataset.get_gt_labels())
        else:
            labels = np.array([int(dataset.get_data_info(i)['gt_label']) for i in range(len(dataset))])  # type: ignore[attr-defined]
        self.weights = balanced_weights(labels)

    def __iter__(self) -> Iterator[int]:
        draws = np.random.default_rng((self.seed, self.epoch)).choice(len(self.weights), size=len(self) * self.world_size, p=self.weights)
        return iter(draws[self.rank :: self.world_size].tolist())

    def __len__(self) -> int:
        return math.ceil(len(self.weights) / self.world_size)

    def set_epoch(self, epoch: int) -> None:
        """Select the draws of an epoch; mmengine calls it before each epoch."""
        self.epoch = epoch
