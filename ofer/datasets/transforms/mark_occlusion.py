"""Marking of occluded pixels, the same for all transforms that occlude a face."""

import numpy as np


def mark_occlusion(results: dict, img: np.ndarray, covered: np.ndarray) -> dict:
    """Replace the image by the occluded one, and mark the occluder.

    Args:
        results: of the pipeline; its arrays are not modified.
        img: ``(H, W, 3)`` uint8 RGB, with the occluder.
        covered: ``(H, W)`` bool, True = occluder.

    Returns:
        ``results``. ``gt_occlusion`` ``(H, W)`` bool, True = occluded, also contains the pixels that were marked before.
        ``gt_parsing``, if it exists, becomes background there: an occluder is not part of the face. ``gt_image`` is the image before
        the first occluder: the target of an inpainter.
    """
    results.setdefault('gt_image', results['img'])
    results['img'] = img
    results['gt_occlusion'] = results['gt_occlusion'] | covered if 'gt_occlusion' in results else covered
    if 'gt_parsing' in results:
        results['gt_parsing'] = np.where(covered, 0, results['gt_parsing']).astype(np.uint8)
    return results
