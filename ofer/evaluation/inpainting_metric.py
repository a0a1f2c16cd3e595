"""How near repainted faces come to the true ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from torch import Tensor

from ofer.registry import METRICS

HIGHEST_PSNR = 100.0


def image_similarity(prediction: Tensor, truth: Tensor, hole: Tensor) -> dict[str, float]:
    """Measures of one image, over all of it and over the hole.

    Args:
        prediction: ``(3, H, W)``, RGB in [0, 1].
        truth: ``(3, H, W)``, RGB in [0, 1].
        hole: ``(H, W)`` bool, True = repainted.

    Returns:
        ``psnr`` and ``psnr_hole`` in dB, at most 100, as for equal images; ``ssim`` and ``ssim_hole`` at most 1. ``ssim_hole`` is the mean
        of SSIM's map over the hole, whose windows reach 5 pixels out of it.
    """
    from torchmetrics.functional.image import structural_similarity_index_measure

    pair = prediction.unsqueeze(0), truth.unsqueeze(0)
    ssim, ssim_map = structural_similarity_index_measure(*pair, data_range=1.0, return_full_image=True)
    inside = prediction[:, hole], truth[:, hole]
    return dict(
        psnr=_psnr(*pair),
        ssim=float(ssim),
        psnr_hole=_psnr(*inside),
        ssim_hole=float(ssim_map[0][:, hole].mean()),
    )


def _psnr(prediction: Tensor, truth: Tensor) -> float:
    """In dB; bounded, or one equal image would make a mean infinite."""
    from torchmetrics.functional.image import peak_signal_noise_ratio

    return min(float(peak_signal_noise_ratio(prediction, truth, data_range=1.0)), HIGHEST_PSNR)


@METRICS.register_module()
class InpaintingMetric(BaseMetric):
    """Means over the images of :func:`image_similarity`, of ``pred_image`` against ``gt_image`` (the input, where a sample has none).

    ``pred_image`` is the composite: the painting in the hole, the image itself around it. Where samples also have the painter's own output
    of the whole image, ``direct_image``, its ``psnr_direct`` and ``ssim_direct`` stand beside those of the composite. In the hole the two
    are the same.

    Images without a hole are nobody's achievement and left out; ``n`` says how many are not. With none left, the measures are NaN.
    """

    default_prefix = ''

    def process(self, data_batch: Any, data_samples: Sequence[dict[str, Any]]) -> None:
        """Measures of the images of one batch.

        Raises:
            ValueError: a sample does not say where its hole is.
        """
        for image, sample in zip(data_batch['inputs'], data_samples, strict=True):
            if 'hole' not in sample:
                raise ValueError('InpaintingMetric needs the hole of each sample: put a transform that makes holes into the pipeline')
            hole = torch.as_tensor(sample['hole']).cpu()
            if not hole.any():
                self.results.append({})  # keeps its place: among processes, mmengine cuts off what the sampler added by position
                continue
            truth = torch.as_tensor(sample.get('gt_image', image)).cpu().float() / 255
            found = image_similarity(torch.as_tensor(sample['pred_image']).cpu().float(), truth, hole)
            if 'direct_image' in sample:
                direct = image_similarity(torch.as_tensor(sample['direct_image']).cpu().float(), truth, hole)
                found |= {f'{name}_direct': direct[name] for name in ('psnr', 'ssim')}
            self.results.append(found)

    def compute_metrics(self, results: list[dict[str, float]]) -> dict[str, float]:
        """Means over the images with a hole; the results of the others are empty."""
        found = [result for result in results if result]
        names = found[0] if found else ('psnr', 'ssim', 'psnr_hole', 'ssim_hole')
        means = {name: float(np.mean([result[name] for result in found])) if found else float('nan') for name in names}
        return means | {'n': len(found)}
