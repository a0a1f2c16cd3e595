"""How many faces a detector finds, how many it makes up, and how exact its points are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric

from ofer.registry import METRICS


def match_faces(found: np.ndarray, true: np.ndarray, overlap: float = 0.4) -> np.ndarray:
    """Index of the true box that each found one meets, -1 where it meets none.

    Args:
        found: ``(P, 4)``, best first: left, top, right, bottom. A true box is given to the first one that meets it.
        true: ``(F, 4)``.
        overlap: least intersection over union.

    Returns:
        ``(P,)`` int64.
    """
    found, true = np.asarray(found, np.float64).reshape(-1, 4), np.asarray(true, np.float64).reshape(-1, 4)
    low, high = np.maximum(found[:, None, :2], true[None, :, :2]), np.minimum(found[:, None, 2:], true[None, :, 2:])
    common = np.prod(np.maximum(high - low, 0), -1)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], -1) for boxes in (found, true)]
    ratio = common / np.maximum(areas[0][:, None] + areas[1] - common, 1e-9)
    matches = np.full(len(found), -1)
    for i in range(len(found)):
        if len(true) and ratio[i].max() >= overlap:
            matches[i] = ratio[i].argmax()
            ratio[:, matches[i]] = -1
    return matches


def average_precision(scores: np.ndarray, hits: np.ndarray, total: int) -> float:
    """Area under precision over recall, where precision never falls again (as PASCAL VOC from 2010 on).

    Args:
        scores: ``(P,)``.
        hits: ``(P,)`` bool, True = a true face.
        total: number of true faces.

    Returns:
        In [0, 1]; NaN where there are no true faces.
    """
    if total == 0:
        return float('nan')
    hits = np.asarray(hits, bool)[np.argsort(-np.asarray(scores), kind='stable')]
    recall, precision = np.cumsum(hits) / total, np.cumsum(hits) / np.arange(1, len(hits) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


@METRICS.register_module()
class FaceMetric(BaseMetric):
    """``ap``, and at a threshold ``recall`` (all in percent), ``false_per_image`` and ``point_error`` (percent of the face's size).

    Args:
        threshold: least score of what counts as found for ``recall`` and ``false_per_image``. ``point_error`` is of all faces that were
            found, whatever their score.
        overlap: least intersection over union.
        kwargs: of :class:`mmengine.evaluator.BaseMetric`.
    """

    def __init__(self, threshold: float = 0.5, overlap: float = 0.4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.threshold, self.overlap = threshold, overlap

    def process(self, data_batch: Any, data_samples: Sequence[dict[str, Any]]) -> None:
        """Match the faces of one batch; what meets an ignored face is neither right nor wrong."""
        for sample in data_samples:
            keys = ('pred_boxes', 'pred_scores', 'pred_points', 'gt_boxes', 'gt_points', 'gt_ignored')
            boxes, scores, points, true, marks, ignored = (np.asarray(sample[key].cpu()) for key in keys)
            matches = match_faces(boxes, true, self.overlap)
            counts = (matches < 0) | ~ignored[matches] if len(true) else np.ones(len(boxes), bool)
            hits = matches >= 0
            sides = np.sqrt(np.prod(true[:, 2:] - true[:, :2], -1))
            errors = [
                np.linalg.norm(points[i] - marks[m], axis=-1).mean() / sides[m] for i, m in enumerate(matches) if m >= 0 and counts[i]
            ]
            self.results.append((scores[counts], hits[counts], errors, int((~ignored).sum())))

    def compute_metrics(self, results: list[tuple[np.ndarray, np.ndarray, list[float], int]]) -> dict[str, float]:
        """Over all images."""
        scores, hits = (np.concatenate([r[i] for r in results]) for i in (0, 1))
        errors, total = [e for r in results for e in r[2]], sum(r[3] for r in results)
        sure = scores >= self.threshold
        return dict(
            ap=100 * average_precision(scores, hits, total),
            recall=100 * float((sure & hits).sum()) / total if total else float('nan'),
            false_per_image=float((sure & ~hits).sum()) / len(results),
            point_error=100 * float(np.mean(errors)) if errors else float('nan'),
        )
