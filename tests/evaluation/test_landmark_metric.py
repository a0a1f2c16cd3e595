"""Normalised mean error of landmarks."""

import numpy as np
import pytest
import torch

from ofer.evaluation.landmark_metric import normalized_mean_error
from ofer.registry import METRICS
from ofer.structures import FaceSample


def face() -> np.ndarray:
    """Eyes: outer corners 0.4 apart, centres 0.2 apart."""
    points = np.zeros((1, 68, 2))
    points[0, 36:42] = [[0.3, 0.5]] + [[0.42, 0.5]] * 5  # mean 0.4
    points[0, 42:48] = [[0.58, 0.5]] * 3 + [[0.7, 0.5]] + [[0.57, 0.5]] * 2  # mean 0.597
    return points


def test_by_hand() -> None:
    target = face()
    prediction = target + np.array([0.03, 0.04])  # every point is 0.05 off
    assert normalized_mean_error(prediction, target) == pytest.approx([0.05 / 0.4])
    assert normalized_mean_error(prediction, target, 'pupil') == pytest.approx([0.05 / (3.58 / 6 - 0.4)])


def test_scale_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.random((4, 68, 2)), rng.random((4, 68, 2))
    assert normalized_mean_error(7 * a, 7 * b) == pytest.approx(normalized_mean_error(a, b))


def test_metric_knows_that_images_are_not_square() -> None:
    # In an image twice as wide as high, an error of 0.1 in y is half as long as one of 0.1 in x.
    metric = METRICS.build(dict(type='LandmarkMetric', failure_threshold=0.2))
    target = torch.from_numpy(face()[0]).float()
    for offset in ([0.1, 0.0], [0.0, 0.1]):
        sample = FaceSample(gt_landmarks=target, pred_landmarks=target + torch.tensor(offset), metainfo=dict(img_shape=(50, 100)))
        metric.process(None, [sample.to_dict()])
    assert [ocular for ocular, _ in metric.results] == pytest.approx([0.25, 0.125], abs=1e-6)
    out = metric.evaluate(2)
    assert out['nme_ocular'] == pytest.approx(18.75, abs=1e-4)
    assert out['failure_rate'] == 50


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match='ocular, pupil'):
        normalized_mean_error(face(), face(), 'box')
    with pytest.raises(ValueError, match='68'):
        normalized_mean_error(np.zeros((1, 5, 2)), np.zeros((1, 5, 2)))
    with pytest.raises(ValueError, match='one place'):
        normalized_mean_error(np.zeros((1, 68, 2)), np.zeros((1, 68, 2)))
