"""Results that are no results are refused by file and entry."""

import json
from pathlib import Path
from typing import Any

import pytest

from ofer.evaluation.comparison import compare
from ofer.evaluation.result_files import read_metrics, read_predictions

SAMPLE = {'img_path': 'a.png', 'pred_label': 0, 'gt_label': 1}


def write(folder: Path, content: Any) -> Path:
    path = folder / 'result.json'
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding='utf-8')
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert read_predictions(write(tmp_path, {'sets': {'test': [SAMPLE]}})) == {'test': [SAMPLE]}
    assert read_metrics(write(tmp_path, {'sets': {'test': {'measures': {'accuracy': 50.0}}}})) == {'test': {'accuracy': 50.0}}


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        ('', 'no JSON'),
        ('{"sets": ', 'no JSON'),
        ('[' * 100_000, 'no JSON'),
        ([1], 'it has no test sets'),
        ({'sets': {}}, 'it has no test sets'),
        ({'sets': {'test': []}}, "holds no predictions of 'test'"),
        ({'sets': {'test': [5]}}, "'test', entry 0: holds no predictions"),
        ({'sets': {'test': [{'a': 1}]}}, "'test', entry 0: img_path=None"),
        ({'sets': {'test': [SAMPLE, {**SAMPLE, 'img_path': 'b.png', 'pred_label': '1'}]}}, "entry 1: pred_label='1': expected the index"),
        ({'sets': {'test': [{**SAMPLE, 'gt_label': -1}]}}, 'gt_label=-1'),
        ({'sets': {'test': [{**SAMPLE, 'gt_label': True}]}}, 'gt_label=True'),
        ({'sets': {'test': [SAMPLE, SAMPLE]}}, "'test' has an image twice"),
    ],
    ids=range(12),
)
def test_what_is_no_prediction(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(ValueError, match=rf'result\.json: .*{message}|result\.json: {message}'):
        read_predictions(write(tmp_path, content))


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        ({'sets': {'test': [SAMPLE]}}, "'test' has no measures"),
        ({'sets': {'test': {'measures': 5}}}, "'test' has no measures"),
        ({'sets': {'test': {'measures': {'accuracy': 'high'}}}}, "accuracy='high': expected a number"),
        ({'sets': {'test': {'measures': {'accuracy': True}}}}, 'accuracy=True: expected a number'),
        ('{"sets": {"test": {"measures": {"accuracy": Infinity}}}}', 'accuracy=inf: expected a finite number'),
    ],
    ids=range(5),
)
def test_what_is_no_metric(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_metrics(write(tmp_path, content))


def test_other_labels_of_the_same_images_are_no_comparison() -> None:
    with pytest.raises(ValueError, match=r'a\.png has another label in the second file'):
        compare({'test': [SAMPLE]}, {'test': [{**SAMPLE, 'gt_label': 0}]})
    with pytest.raises(ValueError, match='no test set in common'):
        compare({'test': [SAMPLE]}, {'val': [SAMPLE]})
