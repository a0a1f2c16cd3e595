"""Counting found faces, by hand."""

from typing import Any

import numpy as np
import pytest
import torch

from ofer.evaluation.face_metric import average_precision, match_faces
from ofer.registry import METRICS

TRUE = np.array([[0, 0, 10, 10], [20, 0, 30, 10]])


def test_a_face_is_met_once() -> None:
    found = np.array([[0, 0, 10, 11], [1, 0, 11, 10], [50, 50, 60, 60], [20, 0, 30, 9]])
    assert match_faces(found, TRUE).tolist() == [0, -1, -1, 1]
    assert match_faces(found, np.zeros((0, 4))).tolist() == [-1] * 4
    assert match_faces(np.zeros((0, 4)), TRUE).tolist() == []


def test_average_precision_by_hand() -> None:
    """Hit, miss, hit of 3 faces: precision 1 up to recall 1/3, 2/3 up to 2/3, 0 beyond: (1 + 2/3) / 3."""
    assert average_precision(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]), 3) == pytest.approx(5 / 9)
    assert average_precision(np.array([]), np.array([]), 2) == 0
    assert np.isnan(average_precision(np.array([0.5]), np.array([False]), 0))


def sample(boxes: Any, scores: Any, ignored: Any, shift: float = 0.0) -> dict:
    marks = np.zeros((2, 5, 2), np.float32)
    return dict(
        pred_boxes=torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        pred_scores=torch.tensor(scores),
        pred_points=torch.full((len(scores), 5, 2), shift),
        gt_boxes=torch.from_numpy(TRUE).float(),
        gt_points=torch.from_numpy(marks),
        gt_ignored=torch.tensor(ignored),
    )


def test_counts() -> None:
    """Two images: one of two asked faces found and one made up; then an ignored face met, which counts as nothing, and one missed."""
    metric = METRICS.build(dict(type='FaceMetric'))
    first = sample([[0, 0, 10, 10], [50, 50, 60, 60], [20, 0, 30, 10]], [0.9, 0.8, 0.3], [False, False], shift=3.0)
    second = sample([[0, 0, 10, 10]], [0.7], [True, False])
    metric.process(None, [first, second])
    result = metric.evaluate(2)
    assert result['recall'] == pytest.approx(100 / 3)
    assert result['false_per_image'] == 0.5
    assert result['point_error'] == pytest.approx(100 * 3 * 2**0.5 / 10)  # both axes off by 3 on faces of 10 pixels
    assert result['ap'] == pytest.approx(100 * (1 + 2 / 3) / 3)
