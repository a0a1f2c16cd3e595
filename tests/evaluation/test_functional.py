import math

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import multiclass_calibration_error

from ofer.evaluation import functional

# Three classes; class 0: 2 of 3 right, class 1: 1 of 1, class 2: 0 of 2 (taken for 0 and 1).
TARGET = [0, 0, 0, 1, 2, 2]
PREDICTION = [0, 0, 1, 1, 0, 1]


def test_confusion_matrix_has_true_classes_in_rows() -> None:
    assert functional.confusion_matrix(TARGET, PREDICTION, 3).tolist() == [[2, 1, 0], [0, 1, 0], [1, 1, 0]]


def test_accuracy_counts_samples_and_balanced_accuracy_counts_classes() -> None:
    assert functional.accuracy(TARGET, PREDICTION) == pytest.approx(3 / 6)
    assert functional.recall_per_class(TARGET, PREDICTION, 3) == pytest.approx([2 / 3, 1, 0])
    assert functional.balanced_accuracy(TARGET, PREDICTION, 3) == pytest.approx(5 / 9)


def test_macro_f1() -> None:
    # F1 = 2 TP / (2 TP + FP + FN): class 0: 4 / (4 + 1 + 1); class 1: 2 / (2 + 2 + 0); class 2: 0.
    assert functional.macro_f1(TARGET, PREDICTION) == pytest.approx((4 / 6 + 2 / 4 + 0) / 3)
    assert functional.macro_f1(TARGET, PREDICTION, [0, 1, 3]) == pytest.approx((4 / 6 + 2 / 4) / 2)  # class 3 does not occur


def test_a_class_without_samples_has_no_recall_and_does_not_count() -> None:
    recall = functional.recall_per_class(TARGET, PREDICTION, 4)
    assert math.isnan(recall[3])
    assert functional.balanced_accuracy(TARGET, PREDICTION, 4) == functional.balanced_accuracy(TARGET, PREDICTION, 3)


def test_all_right_is_one() -> None:
    assert (
        functional.accuracy(TARGET, TARGET) == functional.balanced_accuracy(TARGET, TARGET, 3) == functional.macro_f1(TARGET, TARGET) == 1
    )


def test_wilson_interval() -> None:
    # (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4 n^2)) / (1 + z^2 / n) with p = 0.85, n = 100, z = 1.959964.
    p, n, z = 0.85, 100, 1.959964
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    expected = [(p + z * z / (2 * n) + sign * half) / (1 + z * z / n) for sign in (-1, 1)]
    assert functional.wilson_interval(85, 100) == pytest.approx(expected, abs=1e-6)
    assert functional.wilson_interval(0, 10)[0] == pytest.approx(0, abs=1e-12)
    assert functional.wilson_interval(10, 10)[1] == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(('target', 'prediction'), [([], []), ([0, 1], [0]), ([0, 3], [0, 1]), ([0, 1], [0, -1])])
def test_bad_classes(target: list[int], prediction: list[int]) -> None:
    with pytest.raises(ValueError, match=r'expected two lists|outside'):
        functional.confusion_matrix(np.array(target, int), np.array(prediction, int), 3)


@pytest.mark.parametrize(('successes', 'trials'), [(0, 0), (3, 2), (-1, 2)])
def test_bad_counts(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f'trials={trials}'):
        functional.wilson_interval(successes, trials)


def test_f1_accuracy() -> None:
    assert functional.f1_accuracy(TARGET, PREDICTION) == pytest.approx(0.67 * (4 / 6 + 2 / 4) / 3 + 0.33 / 2)


def test_reliability_by_hand() -> None:
    # Bins of a half: 0.5 belongs to the lower one, 1 to the upper.
    found = functional.reliability([0, 1, 1, 2], [[0.5, 0.3, 0.2], [0.4, 0.3, 0.3], [0.0, 1.0, 0.0], [0.8, 0.1, 0.1]], num_bins=2)
    assert found.samples.tolist() == [2, 2]
    assert found.confidence == pytest.approx([0.45, 0.9])
    assert found.accuracy == pytest.approx([0.5, 0.5])
    assert found.expected_calibration_error == pytest.approx((2 * 0.05 + 2 * 0.4) / 4)


def test_calibration_error_is_torchmetrics_where_no_probability_is_one() -> None:
    scores = torch.randn(500, 7, generator=torch.Generator().manual_seed(0)).mul(2).softmax(1)
    target = torch.arange(500) % 7
    expected = multiclass_calibration_error(scores, target, num_classes=7, n_bins=15, norm='l1')
    assert functional.reliability(target, scores).expected_calibration_error == pytest.approx(expected.item(), abs=1e-6)


def test_a_probability_of_one_is_in_the_last_bin() -> None:
    # One bin with confidence 0.975 and accuracy 0.5; with a bin of its own for 1 it would be (1 + 0.05) / 2.
    assert functional.reliability([1, 0], [[1.0, 0.0], [0.95, 0.05]]).expected_calibration_error == pytest.approx(0.475)


def test_empty_bins_do_not_count() -> None:
    found = functional.reliability([0, 0], [[1.0, 0.0], [1.0, 0.0]])
    assert found.samples.tolist() == [0] * 14 + [2]
    assert np.isnan(found.accuracy[:14]).all()
    assert found.expected_calibration_error == 0


@pytest.mark.parametrize(
    ('target', 'scores'), [([], []), ([0], [0.5]), ([0, 1], [[0.5, 0.5]]), ([0], [[3.0, -1.0]]), ([0], [[math.nan, 0.5]])]
)
def test_bad_scores(target: list[int], scores: list) -> None:
    with pytest.raises(ValueError, match=r'expected targets|probabilities'):
        functional.reliability(target, scores)
