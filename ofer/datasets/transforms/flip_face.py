"""Mirroring a face with all its spatial annotations."""

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from ofer.categories import LANDMARK_MIRROR, PARSING_CLASSES
from ofer.registry import TRANSFORMS

PARSING_MIRROR = np.array(
    [
        PARSING_CLASSES.index(name.replace('left', '*').replace('right', 'left').replace('*', 'right'))
        for name in PARSING_CLASSES
    ],
    dtype=np.uint8,
)  # fmt: skip
"""Class of a pixel of a mirrored face by its class on the face: left and right are the person's own."""


def mirror_landmarks(landmarks: np.ndarray) -> np.ndarray:
    """Landmarks of the mirrored image.

    Args:
        landmarks: ``(68, 2)``, x and y as shares of width and height.

    Returns:
        Of the same shape.
    """
    return np.stack([1 - landmarks[list(LANDMARK_MIRROR), 0], landmarks[list(LANDMARK_MIRROR), 1]], axis=1).astype(landmarks.dtype)


@TRANSFORMS.register_module()
class FlipFace(BaseTransform):
    """Mirror the image and its spatial annotations, with left and right parts exchanged.

    These are ``gt_landmarks``, ``gt_parsing``, ``gt_occlusion``, ``gt_image`` and ``hole``.

    ``flip`` is True if the image was mirrored. For images without spatial annotations, mmpretrain's ``RandomFlip`` does the same.

    Args:
        prob: share of mirrored images.
    """

    def __init__(self, prob: float = 0.5) -> None:
        self.prob = prob

    def transform(self, results: dict) -> dict:
        results['flip'] = bool(torch.rand(()) < self.prob)
        if not results['flip']:
            return results
        for key in ('img', 'gt_image', 'gt_parsing', 'gt_occlusion', 'hole'):
            if key in results:
                results[key] = np.ascontiguousarray(results[key][:, ::-1])
        if 'gt_parsing' in results:
            results['gt_parsing'] = PARSING_MIRROR[results['gt_parsing']]
        if 'gt_landmarks' in results:
            results['gt_landmarks'] = mirror_landmarks(results['gt_landmarks'])
        return results

    def __repr__(self) -> str:
        return f'FlipFace(prob={self.prob})'
