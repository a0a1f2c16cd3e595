"""Patches found against the pixels that something covers."""

import math

import pytest
import torch

from ofer.registry import METRICS
from ofer.structures import FaceSample


def evaluate(faces: list, **options: object) -> dict[str, float]:
    metric = METRICS.build(dict(type='OcclusionMetric', **options))
    for score, flags, pixels in faces:
        sample = FaceSample(occlusion_score=torch.tensor(score), pred_occlusion=torch.tensor(flags), gt_occlusion=torch.tensor(pixels))
        metric.process(None, [sample.to_dict()])
    return metric.evaluate(len(faces))


FACES = [
    # one pixel a patch: occluded are 1 and 2; flagged are 1 and 3
    ([[90.0, 30.0], [80.0, 20.0]], [[True, False], [True, False]], [[True, True], [False, False]]),
    ([[10.0, 10.0], [10.0, 10.0]], [[False, False], [False, False]], [[False, False], [False, False]]),
]


def test_by_hand() -> None:
    out = evaluate(FACES)
    # 1 hit, 1 false alarm, 1 miss, 5 right rejections; 6 negatives, scores 80 20 10 10 10 10: 90 beats all, 30 beats five: 11 of 12 pairs
    assert out['accuracy'] == pytest.approx(75)
    assert out['precision'] == pytest.approx(50)
    assert out['recall'] == pytest.approx(50)
    assert out['f1'] == pytest.approx(50)
    assert out['auroc'] == pytest.approx(100 * 11 / 12)
    assert out['occluded'] == pytest.approx(25)


def test_precision_is_of_what_is_flagged_and_recall_of_what_is_occluded() -> None:
    # 1 hit, 2 false alarms, no miss
    out = evaluate([([[4.0, 3.0], [2.0, 1.0]], [[True, True], [True, False]], [[True, False], [False, False]])])
    assert out['precision'] == pytest.approx(100 / 3)
    assert out['recall'] == 100
    assert out['f1'] == pytest.approx(50)


def test_large_scores_do_not_become_equal() -> None:
    flags, pixels = [[False, False]] * 2, [[True, False], [False, False]]
    assert evaluate([([[1000.0, 999.0], [998.0, 997.0]], flags, pixels)])['auroc'] == 100


def test_the_share_decides_which_patches_are_occluded() -> None:
    half = ([[1.0]], [[True]], [[True, False], [False, True]])
    assert evaluate([half], share=0.5)['occluded'] == 100
    assert evaluate([half], share=0.6)['occluded'] == 0
    with pytest.raises(ValueError, match='share=0'):
        evaluate([half], share=0)


def test_what_has_no_value_is_nan() -> None:
    out = evaluate(FACES[1:])
    assert all(math.isnan(out[name]) for name in ('auroc', 'recall', 'f1', 'precision'))
    assert out['accuracy'] == 100


def test_samples_without_a_mask() -> None:
    metric = METRICS.build(dict(type='OcclusionMetric'))
    with pytest.raises(ValueError, match='no gt_occlusion'):
        metric.process(None, [dict(occlusion_score=torch.zeros(2, 2), pred_occlusion=torch.zeros(2, 2).bool())])
