"""Reading the pixel masks of a set of occluded faces."""

from pathlib import Path

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ofer.files.archive import read_bytes
from ofer.files.image_file import decode_rgb
from ofer.registry import TRANSFORMS

MASKS = 'masks'
"""Folder of the masks beside the splits: ``root/test/anger/7.png`` has its mask in ``root/masks/test/anger/7.png``."""


def mask_path(img_path: str) -> Path:
    """Path of the mask of ``root/split/class/name``."""
    image = Path(img_path)
    if len(image.parts) < 4:
        raise ValueError(f'{img_path}: expected root/split/class/name, as ofer prepare occluded-set writes it')
    return image.parents[2] / MASKS / image.parts[-3] / image.parts[-2] / f'{image.stem}.png'


@TRANSFORMS.register_module()
class LoadOcclusion(BaseTransform):
    """Adds ``gt_occlusion`` ``(H, W)`` bool, True = occluded, from the masks of ``ofer prepare occluded-set``.

    The mask is resized to the image. Put it after the resizing and before all other transforms that move the image.

    Raises:
        FileNotFoundError: the image has no mask.
        ValueError: the mask is damaged, or the image was mirrored before.
    """

    DENSE_LABELS = ('gt_occlusion',)

    def transform(self, results: dict) -> dict:
        if results.get('flip'):
            raise ValueError('RandomFlip has flipped the image before its mask was read: use FlipFace, after LoadOcclusion')
        path = str(mask_path(results['img_path']))
        mask = decode_rgb(read_bytes(path), path)[..., 0]
        height, width = results['img'].shape[:2]
        way = cv2.INTER_AREA if height < len(mask) else cv2.INTER_LINEAR
        results['gt_occlusion'] = np.asarray(cv2.resize(mask, (width, height), interpolation=way) > 127)
        return results
