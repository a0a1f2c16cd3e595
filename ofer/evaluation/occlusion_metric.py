"""Metrics of occlusion detection: patches against the pixel mask of the occluders."""

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.evaluator import BaseMetric
from torch import Tensor

from ofer.masks import covered_share
from ofer.registry import METRICS


@METRICS.register_module()
class OcclusionMetric(BaseMetric):
    """``accuracy``, ``precision``, ``recall``, ``f1`` and ``auroc`` over the patches of all faces, in percent.

    A patch is occluded where at least ``share`` of its pixels are. ``occluded`` is the share of such patches: the precision of a detector
    that flags every patch. ``auroc`` is computed from the scores, the others from the flags at the threshold of the detector. An undefined
    metric (``auroc`` without occluded patches) is NaN.

    Args:
        share: in (0, 1].
        kwargs: of :class:`mmengine.evaluator.BaseMetric`.

    Raises:
        ValueError: ``share`` is out of range.
    """

    def __init__(self, share: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 < share <= 1:
            raise ValueError(f'share={share}: expected a share of a patch in (0, 1]')
        self.share = share

    def process(self, data_batch: Any, data_samples: Sequence[dict[str, Any]]) -> None:
        """Patches of the faces of one batch.

        Raises:
            ValueError: a sample has no ``gt_occlusion``.
        """
        for sample in data_samples:
            if 'gt_occlusion' not in sample:
                raise ValueError(f'{sample.get("img_path", "a sample")} has no gt_occlusion, which OcclusionMetric compares with')
            scores, flags = sample['occlusion_score'].double().cpu(), sample['pred_occlusion'].cpu()
            truth = covered_share(sample['gt_occlusion'].cpu(), *scores.shape) >= self.share
            self.results.append((scores.flatten(), flags.flatten(), truth.flatten()))

    def compute_metrics(self, results: list[tuple[Tensor, Tensor, Tensor]]) -> dict[str, float]:
        """Metrics over the patches of all faces."""
        from torchmetrics.functional import classification

        scores, flags, truth = (torch.cat(parts) for parts in zip(*results, strict=True))
        flags, target = flags.int(), truth.int()
        both = 0 < target.sum() < len(target)
        # torchmetrics takes scores outside [0, 1] for logits, and its sigmoid makes large ones equal
        scores = (scores - scores.min()) / (scores.max() - scores.min()).clamp(min=torch.finfo(scores.dtype).tiny)
        measures = dict(
            accuracy=classification.binary_accuracy(flags, target),
            precision=classification.binary_precision(flags, target) if flags.any() else float('nan'),
            recall=classification.binary_recall(flags, target) if target.any() else float('nan'),
            f1=classification.binary_f1_score(flags, target) if target.any() else float('nan'),
            auroc=classification.binary_auroc(scores, target) if both else float('nan'),
            occluded=truth.double().mean(),
        )
        return {name: 100 * float(value) for name, value in measures.items()}
