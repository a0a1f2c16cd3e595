"""Mean intersection over union of parsing maps."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from numpy.typing import NDArray

from ofer.registry import METRICS


def intersection_over_union(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Intersection over union of every class from the confusion matrix of pixels.

    Args:
        confusion: ``(K, K)`` counts: row = true class, column = predicted class.

    Returns:
        ``(K,)`` in [0, 1]; NaN for a class that neither occurs nor is predicted.
    """
    hits = np.diag(confusion)
    union = confusion.sum(0) + confusion.sum(1) - hits
    return np.divide(hits, union, out=np.full(len(hits), np.nan), where=union > 0)


@METRICS.register_module()
class ParsingMetric(BaseMetric):
    """``mean_iou`` (over the classes that occur or are predicted), ``iou_<class>`` and ``pixel_accuracy``, over all pixels of the set,
    in percent.

    The names are those of ``parsing_classes`` in the metainfo of the data set, or else the class numbers.

    Args:
        num_classes: classes of the model and of the maps.
        ignore_index: pixels with this true class do not count.
        kwargs: of :class:`mmengine.evaluator.BaseMetric`.
    """

    def __init__(self, num_classes: int = 11, ignore_index: int = 255, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.ignore_index = ignore_index

    def process(self, data_batch: Any, data_samples: Sequence[dict[str, Any]]) -> None:
        """Confusion matrix of every face of one batch."""
        from torchmetrics.functional.classification import multiclass_confusion_matrix

        for sample in data_samples:
            prediction, target = (torch.as_tensor(sample[key]).long().cpu() for key in ('pred_parsing', 'gt_parsing'))
            counts = multiclass_confusion_matrix(prediction, target, self.num_classes, ignore_index=self.ignore_index)
            self.results.append(counts.numpy())

    def compute_metrics(self, results: list[NDArray[np.int64]]) -> dict[str, float]:
        """Metrics over the pixels of all faces."""
        confusion = np.sum(results, axis=0)
        names = (self.dataset_meta or {}).get('parsing_classes', range(self.num_classes))
        iou = intersection_over_union(confusion)
        measures = dict(mean_iou=float(np.nanmean(iou)), pixel_accuracy=float(np.trace(confusion) / confusion.sum()))
        measures.update({f'iou_{name}': float(value) for name, value in zip(names, iou, strict=True)})
        return {name: 100 * value for name, value in measures.items()}
