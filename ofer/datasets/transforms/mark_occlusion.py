"""Noting what has been covered, the same way for everything that covers a face."""

import numpy as np


def mark_occlusion(results: dict, img: np.ndarray, covered: np.ndarray) -> dict:
    """Put the picture with the occluder in, and mark the occluder.

    Args:
        results: what the pipeline holds; its arrays are not written to.
        img: ``(H, W, 3)`` uint8 RGB, with the occluder.
        covered: ``(H, W)`` bool, True where the occluder is.

    Returns:
        ``results``. ``gt_occlusion`` ``(H, W)`` bool, True = occluded, has the pixels added to those that were marked before;
        ``gt_parsing``, where there is one, becomes background there: an occluder is not face. ``gt_image`` is the picture before the
        first occluder: what an inpainter should find.
    """
    results.setdefault('gt_image', results['img'])
    results['img'] = img
    results['gt_occlusion'] = results['gt_occlusion'] | covered if 'gt_occlusion' in results else covered
    if 'gt_parsing' in results:
        results['gt_parsing'] = np.where(covered, 0, results['gt_parsing']).astype(np.uint8)
    return results
