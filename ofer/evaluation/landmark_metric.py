"""Error of facial landmarks, normalised by the distance between the eyes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from numpy.typing import ArrayLike, NDArray

from ofer.registry import METRICS

NORMS = ('ocular', 'pupil')
_OUTER_CORNERS = (36, 45)
_EYES = (slice(36, 42), slice(42, 48))


def normalized_mean_error(prediction: ArrayLike, target: ArrayLike, norm: str = 'ocular') -> NDArray[np.float64]:
    """Mean distance of predicted and true points, divided by the true distance between the eyes (300-W's measure).

    Args:
        prediction: ``(N, 68, 2)`` in any unit that is the same in x and y.
        target: ``(N, 68, 2)`` in the same unit, 300-W order.
        norm: ``ocular``: between the outer corners of the eyes; ``pupil``: between the centres of the eyes.

    Returns:
        ``(N,)``, shares: 0.05 is an error of 5 %.

    Raises:
        ValueError: unknown norm, another shape, or coinciding eyes.
    """
    prediction, target = np.asarray(prediction, np.float64), np.asarray(target, np.float64)
    if norm not in NORMS:
        raise ValueError(f'norm={norm!r}: choose one of {", ".join(NORMS)}')
    if prediction.shape != target.shape or target.ndim != 3 or target.shape[1:] != (68, 2):
        raise ValueError(f'expected two arrays of (N, 68, 2), got {prediction.shape} and {target.shape}')
    if norm == 'ocular':
        left, right = (target[:, corner] for corner in _OUTER_CORNERS)
    else:
        left, right = (target[:, eye].mean(1) for eye in _EYES)
    between = np.linalg.norm(left - right, axis=-1)
    if not np.all(between > 0):
        raise ValueError(f'face {int(np.argmin(between))}: both eyes lie at one place, so its error has no unit')
    return np.linalg.norm(prediction - target, axis=-1).mean(-1) / between


@METRICS.register_module()
class LandmarkMetric(BaseMetric):
    """Normalised mean error of 68 landmarks: ``nme_ocular``, ``nme_pupil`` and ``failure_rate``, all in percent.

    Args:
        failure_threshold: a face with a larger ocular error counts as failure, share.
        kwargs: of :class:`mmengine.evaluator.BaseMetric`.
    """

    def __init__(self, failure_threshold: float = 0.1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.failure_threshold = failure_threshold

    def process(self, data_batch: Any, data_samples: Sequence[dict[str, Any]]) -> None:
        """Errors of the faces of one batch."""
        for sample in data_samples:
            height, width = sample.get('img_shape', (1, 1))  # shares of width and height are one unit only after this
            scale = torch.tensor([width, height], dtype=torch.float64)
            points = [torch.as_tensor(sample[key]).double().cpu() * scale for key in ('pred_landmarks', 'gt_landmarks')]
            self.results.append(tuple(float(normalized_mean_error(points[0][None], points[1][None], norm)[0]) for norm in NORMS))

    def compute_metrics(self, results: list[tuple[float, float]]) -> dict[str, float]:
        """Mean over all faces."""
        errors = np.asarray(results)
        ocular, pupil = errors.mean(0)
        failed = (errors[:, 0] > self.failure_threshold).mean()
        return dict(nme_ocular=100 * float(ocular), nme_pupil=100 * float(pupil), failure_rate=100 * float(failed))
