"""Metrics of a classified scene: overall accuracy, average accuracy and Cohen's kappa."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ofer.evaluation import FERMetric
from ofer.registry import METRICS


def kappa(matrix: NDArray[np.int64]) -> float:
    """Cohen's kappa: agreement beyond chance.

    Args:
        matrix: ``(K, K)`` counts, row = true class, column = predicted class.

    Returns:
        1 = perfect, 0 = as by chance, below 0 = worse. 1 if there is only one class, and all samples are correct.

    >>> round(kappa(np.array([[20, 5], [10, 15]])), 3)
    0.4
    """
    total = matrix.sum()
    observed, expected = np.trace(matrix) / total, float(matrix.sum(0) @ matrix.sum(1)) / total**2
    return 1.0 if expected == 1 else float((observed - expected) / (1 - expected))


@METRICS.register_module()
class SceneMetric(FERMetric):
    """Metrics of :class:`~ofer.evaluation.FERMetric`, and those of the literature on scenes, in percent.

    ``accuracy`` is the overall accuracy (OA), ``balanced_accuracy`` the average accuracy (AA): the mean recall over classes. ``kappa`` is
    100 times Cohen's kappa.
    """

    def compute_metrics(self, results: list[dict[str, Any]]) -> dict[str, float]:
        metrics = super().compute_metrics(results)
        return {**metrics, 'kappa': 100 * kappa(self.confusion_matrix)}
