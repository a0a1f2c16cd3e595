"""Metrics of an expression classifier."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from numpy.typing import NDArray

from ofer.evaluation import functional
from ofer.evaluation.class_names import class_indices
from ofer.registry import METRICS


@METRICS.register_module()
class FERMetric(BaseMetric):
    """Accuracy (WAR) with its 95 % Wilson interval, balanced accuracy (UAR), macro-F1, calibration error and recalls, in percent.

    The predicted class is the one with the highest ``pred_score``. Names are ``accuracy``, ``accuracy_low``, ``accuracy_high``,
    ``balanced_accuracy``, ``macro_f1``, ``f1_accuracy`` (0.67 macro-F1 + 0.33 accuracy), ``ece`` (expected calibration error, 15 bins),
    ``recall_<class>`` (NaN if the set has no sample of the class) and ``n``.

    If the classes of the model differ from those of the test set in names or order, set :attr:`outputs`: labels are then mapped by name to
    indices of the outputs, and averages over classes are over the classes of the set.

    After an evaluation, on the main process: :attr:`confusion_matrix`, :attr:`reliability` and :attr:`predictions`, in the order of the
    data set.

    Args:
        absent: treatment of outputs whose class the test set does not have. ``wrong`` (default): such an answer is always wrong, since in
            use nothing restricts the classes. ``excluded``: their scores become 0 and the others are normalised to sum 1, as if the
            classes of the set were known.
        collect_device: see mmengine's ``BaseMetric``, as for the rest.
        prefix: prefix of the metric names.
    """

    default_prefix = ''

    outputs: tuple[str, ...] | None = None
    """Names of the model's classes in the order of its outputs, as its checkpoint states them; None: they are the data set's."""
    confusion_matrix: NDArray[np.int64]
    """``(K, K)`` counts: row = true class, column = predicted class, in the order of :attr:`classes`."""
    reliability: functional.Reliability
    """Confidence and accuracy in 15 bins, which ``ece`` is the mean distance of."""
    predictions: list[dict[str, Any]]
    """One dict a sample: ``img_path``, ``gt_label``, ``pred_label``, ``pred_score`` (a list of ``K`` probabilities)."""

    def __init__(self, absent: str = 'wrong', collect_device: str = 'cpu', prefix: str | None = None) -> None:
        if absent not in ('wrong', 'excluded'):
            raise ValueError(f"absent={absent!r}: expected 'wrong' or 'excluded'")
        self.absent = absent
        super().__init__(collect_device, prefix)

    def process(self, data_batch: Any, data_samples: Sequence[dict[str, Any]]) -> None:
        """Collect the predictions of one batch."""
        for sample in data_samples:
            score = torch.as_tensor(sample['pred_score']).float().cpu()
            self.results.append({'img_path': sample.get('img_path'), 'gt_label': int(sample['gt_label']), 'pred_score': score.tolist()})

    def compute_metrics(self, results: list[dict[str, Any]]) -> dict[str, float]:
        """Metrics of all samples.

        Raises:
            ValueError: the number of outputs differs from the number of classes, or the model lacks a class of the data set.
        """
        classes = self.classes
        num_outputs = len(results[0]['pred_score'])
        if num_outputs != len(classes):
            whose = 'the data set has' if self.outputs is None else 'its checkpoint states'
            raise ValueError(f'the model has {num_outputs} outputs, and {whose} {len(classes)} classes: {", ".join(classes)}')
        present = class_indices(classes, self._classes_of_set())
        self.predictions = [self._prediction(result, present) for result in results]
        target = [prediction['gt_label'] for prediction in self.predictions]
        prediction = [prediction['pred_label'] for prediction in self.predictions]
        self.confusion_matrix = functional.confusion_matrix(target, prediction, len(classes))
        self.reliability = functional.reliability(target, [one['pred_score'] for one in self.predictions])
        low, high = functional.wilson_interval(int(np.trace(self.confusion_matrix)), len(results))
        shares = {
            'accuracy': functional.accuracy(target, prediction),
            'accuracy_low': low,
            'accuracy_high': high,
            'balanced_accuracy': functional.balanced_accuracy(target, prediction, len(classes)),
            'macro_f1': functional.macro_f1(target, prediction, present),
            'f1_accuracy': functional.f1_accuracy(target, prediction, present),
            'ece': self.reliability.expected_calibration_error,
        }
        recalls = functional.recall_per_class(target, prediction, len(classes))
        shares.update({f'recall_{name}': float(recall) for name, recall in zip(classes, recalls, strict=True)})
        return {name: 100 * share for name, share in shares.items()} | {'n': len(results)}

    def _prediction(self, result: dict[str, Any], present: list[int]) -> dict[str, Any]:
        """A sample with label and prediction as indices of the model's outputs; ``present`` are those of the data set's classes."""
        score = np.array(result['pred_score'])
        if self.absent == 'excluded' and len(present) < len(score):
            kept = score[present]
            score = np.zeros_like(score)
            score[present] = kept / kept.sum() if kept.sum() else 1 / len(present)
        return result | {'gt_label': present[result['gt_label']], 'pred_label': int(score.argmax()), 'pred_score': score.tolist()}

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes in the order of the model's outputs.

        Raises:
            ValueError: the data set does not state them.
        """
        return self._classes_of_set() if self.outputs is None else self.outputs

    def _classes_of_set(self) -> tuple[str, ...]:
        classes = (self.dataset_meta or {}).get('classes')
        if not classes:
            raise ValueError('FERMetric: the data set states no classes; it needs metainfo["classes"]')
        return tuple(classes)
