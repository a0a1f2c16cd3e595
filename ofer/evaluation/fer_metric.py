"""The measures of an expression classifier, as a metric of mmengine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from numpy.typing import NDArray

from ofer.evaluation import functional
from ofer.registry import METRICS


@METRICS.register_module()
class FERMetric(BaseMetric):
    """Accuracy (WAR) with its 95 % Wilson interval, balanced accuracy (UAR), macro-F1, calibration error and recalls, in percent.

    The predicted class is the one with the highest ``pred_score``. Names are ``accuracy``, ``accuracy_low``, ``accuracy_high``,
    ``balanced_accuracy``, ``macro_f1``, ``f1_accuracy`` (0.67 macro-F1 + 0.33 accuracy), ``ece`` (expected calibration error, 15 bins),
    ``recall_<class>`` (NaN where the set has no sample of the class) and ``n``.

    After an evaluation, on the main process: :attr:`confusion_matrix`, :attr:`reliability` and :attr:`predictions`, in the order of the
    data set.
    """

    default_prefix = ''

    confusion_matrix: NDArray[np.int64]
    """``(K, K)`` counts: row = true class, column = predicted class."""
    reliability: functional.Reliability
    """Confidence and accuracy in 15 bins, which ``ece`` is the mean distance of."""
    predictions: list[dict[str, Any]]
    """One dict a sample: ``img_path``, ``gt_label``, ``pred_label``, ``pred_score`` (a list of ``K`` probabilities)."""

    def process(self, data_batch: Any, data_samples: Sequence[dict[str, Any]]) -> None:
        """Keep what is needed of one batch."""
        for sample in data_samples:
            score = torch.as_tensor(sample['pred_score']).float().cpu()
            self.results.append(
                {
                    'img_path': sample.get('img_path'),
                    'gt_label': int(sample['gt_label']),
                    'pred_label': int(score.argmax()),
                    'pred_score': score.tolist(),
                }
            )

    def compute_metrics(self, results: list[dict[str, Any]]) -> dict[str, float]:
        """Measures of all samples.

        Raises:
            ValueError: the model has another number of outputs than the data set has classes.
        """
        classes = self.classes
        num_outputs = len(results[0]['pred_score'])
        if num_outputs != len(classes):
            raise ValueError(f'the model has {num_outputs} outputs, and the data set has {len(classes)} classes: {", ".join(classes)}')
        target = [result['gt_label'] for result in results]
        prediction = [result['pred_label'] for result in results]
        self.predictions = results
        self.confusion_matrix = functional.confusion_matrix(target, prediction, len(classes))
        self.reliability = functional.reliability(target, [result['pred_score'] for result in results])
        low, high = functional.wilson_interval(int(np.trace(self.confusion_matrix)), len(results))
        shares = {
            'accuracy': functional.accuracy(target, prediction),
            'accuracy_low': low,
            'accuracy_high': high,
            'balanced_accuracy': functional.balanced_accuracy(target, prediction, len(classes)),
            'macro_f1': functional.macro_f1(target, prediction),
            'f1_accuracy': functional.f1_accuracy(target, prediction),
            'ece': self.reliability.expected_calibration_error,
        }
        recalls = functional.recall_per_class(target, prediction, len(classes))
        shares.update({f'recall_{name}': float(recall) for name, recall in zip(classes, recalls, strict=True)})
        return {name: 100 * share for name, share in shares.items()} | {'n': len(results)}

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the data set's classes, in the order of the model's outputs.

        Raises:
            ValueError: the data set does not state them.
        """
        classes = (self.dataset_meta or {}).get('classes')
        if not classes:
            raise ValueError('FERMetric: the data set states no classes; it needs metainfo["classes"]')
        return tuple(classes)
