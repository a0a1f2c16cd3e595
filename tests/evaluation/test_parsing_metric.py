"""Mean intersection over union."""

import numpy as np
import pytest
import torch

from ofer.evaluation.parsing_metric import intersection_over_union
from ofer.registry import METRICS
from ofer.structures import FaceSample


def test_by_hand() -> None:
    # True 0: 3 found, 1 taken for 1. True 1: 2 found. Class 2 does not occur. 0: 3 / 4, 1: 2 / 3.
    out = intersection_over_union(np.array([[3, 1, 0], [0, 2, 0], [0, 0, 0]]))
    assert out[:2] == pytest.approx([3 / 4, 2 / 3])
    assert np.isnan(out[2])


def test_metric_sums_pixels_over_images_and_leaves_out_the_ignored() -> None:
    metric = METRICS.build(dict(type='ParsingMetric', num_classes=3))
    metric.dataset_meta = dict(parsing_classes=('skin', 'hair', 'nose'))
    faces = [([[0, 0]], [[0, 0]]), ([[0, 1, 1]], [[0, 0, 1]]), ([[1, 2]], [[1, 255]])]
    for prediction, target in faces:
        metric.process(None, [FaceSample(pred_parsing=torch.tensor(prediction), gt_parsing=torch.tensor(target)).to_dict()])
    out = metric.evaluate(3)
    assert out['iou_skin'] == pytest.approx(75)
    assert out['iou_hair'] == pytest.approx(200 / 3)
    assert out['mean_iou'] == pytest.approx((75 + 200 / 3) / 2)
    assert out['pixel_accuracy'] == pytest.approx(500 / 6)


def test_classes_without_names_get_numbers() -> None:
    metric = METRICS.build(dict(type='ParsingMetric', num_classes=2))
    metric.process(None, [FaceSample(pred_parsing=torch.zeros(2, 2), gt_parsing=torch.zeros(2, 2)).to_dict()])
    assert metric.evaluate(1)['iou_0'] == 100
