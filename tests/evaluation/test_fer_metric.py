import json
import math

import pytest
import torch

from ofer.evaluation import FERMetric
from ofer.evaluation.report import measures_table, plain
from ofer.registry import METRICS
from ofer.structures import FaceSample

CLASSES = ('surprise', 'fear', 'disgust')


def sample(true: int, scores: list[float], path: str = 'a.png') -> dict:
    # pred_label is deliberately wrong: averaging over flips changes the scores alone.
    data = FaceSample(metainfo={'img_path': path}).set_gt_label(true).set_pred_score(torch.tensor(scores)).set_pred_label(2)
    return data.to_dict()


@pytest.fixture
def metric() -> FERMetric:
    metric = METRICS.build({'type': 'FERMetric'})
    metric.dataset_meta = {'classes': CLASSES}
    return metric


def test_measures(metric: FERMetric) -> None:
    metric.process(None, [sample(0, [0.6, 0.3, 0.1]), sample(0, [0.6, 0.3, 0.1]), sample(0, [0.2, 0.7, 0.1])])
    metric.process(None, [sample(1, [0.0, 1.0, 0.0], 'b.png')])
    measures = metric.evaluate(4)
    assert measures['accuracy'] == pytest.approx(75)
    assert measures['balanced_accuracy'] == pytest.approx(100 * (2 / 3 + 1) / 2)
    assert measures['macro_f1'] == pytest.approx(100 * (4 / 5 + 2 / 3) / 2)
    assert measures['f1_accuracy'] == pytest.approx(0.67 * measures['macro_f1'] + 0.33 * 75)
    # 0.6 and 0.6 right, 0.7 wrong, 1 right, each value in a bin of its own
    assert measures['ece'] == pytest.approx(100 * (2 * 0.4 + 0.7 + 0) / 4)
    assert metric.reliability.samples.sum() == 4
    assert measures['recall_surprise'] == pytest.approx(200 / 3)
    assert math.isnan(measures['recall_disgust'])
    assert measures['accuracy_low'] < 75 < measures['accuracy_high']
    assert measures['n'] == 4
    assert metric.confusion_matrix.tolist() == [[2, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert metric.predictions[3] == {'img_path': 'b.png', 'gt_label': 1, 'pred_label': 1, 'pred_score': [0, 1, 0]}


def test_every_evaluation_starts_anew(metric: FERMetric) -> None:
    metric.process(None, [sample(0, [1.0, 0.0, 0.0])])
    metric.evaluate(1)
    metric.process(None, [sample(0, [0.0, 1.0, 0.0])])
    assert metric.evaluate(1)['accuracy'] == 0


def test_number_of_outputs_must_fit(metric: FERMetric) -> None:
    metric.process(None, [sample(0, [0.5, 0.2, 0.2, 0.1])])
    with pytest.raises(ValueError, match='4 outputs, and the data set has 3 classes: surprise, fear, disgust'):
        metric.evaluate(1)


def test_a_set_with_some_of_the_models_classes_in_another_order(metric: FERMetric) -> None:
    # The model answers fear, contempt, surprise, disgust; the set's labels are surprise 0, fear 1, disgust 2.
    metric.outputs = ('fear', 'contempt', 'surprise', 'disgust')
    metric.process(None, [sample(0, [0.1, 0.2, 0.6, 0.1]), sample(1, [0.7, 0.1, 0.1, 0.1]), sample(2, [0.1, 0.6, 0.1, 0.2])])
    measures = metric.evaluate(3)
    assert metric.classes == metric.outputs
    assert metric.confusion_matrix.tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]]
    assert [(p['gt_label'], p['pred_label']) for p in metric.predictions] == [(2, 2), (0, 0), (3, 1)]
    assert metric.predictions[0]['pred_score'] == pytest.approx([0.1, 0.2, 0.6, 0.1])
    assert measures['accuracy'] == measures['balanced_accuracy'] == measures['macro_f1'] == pytest.approx(200 / 3)  # not over contempt
    assert measures['recall_disgust'] == 0
    assert math.isnan(measures['recall_contempt'])


def test_answers_that_the_set_lacks_can_be_excluded() -> None:
    metric = METRICS.build({'type': 'FERMetric', 'absent': 'excluded'})
    metric.dataset_meta = {'classes': CLASSES}
    metric.outputs = ('fear', 'contempt', 'surprise', 'disgust')
    metric.process(None, [sample(2, [0.1, 0.6, 0.1, 0.2]), sample(1, [0.0, 1.0, 0.0, 0.0])])
    assert metric.evaluate(2)['accuracy'] == 100
    assert metric.predictions[0]['pred_score'] == pytest.approx([0.25, 0, 0.25, 0.5])
    assert metric.predictions[1]['pred_score'] == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])  # nothing is left to share: they are alike
    with pytest.raises(ValueError, match="absent='ignored': expected 'wrong' or 'excluded'"):
        FERMetric(absent='ignored')


def test_a_class_that_the_model_does_not_know_is_refused(metric: FERMetric) -> None:
    metric.outputs = ('fear', 'surprise')
    metric.process(None, [sample(0, [0.5, 0.5])])
    with pytest.raises(
        ValueError, match=r'has the classes surprise, fear, disgust, .* trained on fear, surprise: it cannot answer disgust'
    ):
        metric.evaluate(1)
    metric.outputs = CLASSES
    metric.process(None, [sample(0, [0.5, 0.5])])
    with pytest.raises(ValueError, match='the model has 2 outputs, and its checkpoint states 3 classes: surprise, fear, disgust'):
        metric.evaluate(1)


def test_classes_must_be_known(metric: FERMetric) -> None:
    metric.dataset_meta = {}
    metric.process(None, [sample(0, [1.0, 0.0, 0.0])])
    with pytest.raises(ValueError, match='states no classes'):
        metric.evaluate(1)


def test_table_and_plain_data() -> None:
    report = {'clean': {'accuracy': 81.234, 'recall_fear': math.nan, 'n': 10}, 'blocks_10': {'accuracy': 70.0, 'n': 10}}
    lines = measures_table(report).splitlines()
    assert [cell.strip() for cell in lines[0].strip('|').split('|')] == ['measure', 'clean', 'blocks_10']
    assert [cell.strip() for cell in lines[2].strip('|').split('|')] == ['accuracy', '81.23', '70.00']
    assert [cell.strip() for cell in lines[3].strip('|').split('|')] == ['recall_fear', '-', '-']
    assert [cell.strip() for cell in lines[4].strip('|').split('|')] == ['n', '10', '10']
    assert json.loads(json.dumps(plain({'m': torch.ones(2), 'x': math.nan, 'c': CLASSES}), allow_nan=False)) == {
        'm': [1, 1],
        'x': None,
        'c': list(CLASSES),
    }
