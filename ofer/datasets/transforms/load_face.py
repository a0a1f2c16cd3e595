"""Reading an image into RGB, the library's one colour order from here on.

A JPEG that is damaged inside decodes without an error, part of it made up; only ``ofer verify`` finds such files.
"""

import numpy as np
from mmcv.transforms import BaseTransform

from ofer.datasets.archive import read_bytes
from ofer.datasets.image_file import decode_rgb
from ofer.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadFace(BaseTransform):
    """Read ``img_path`` into ``img`` ``(H, W, 3)`` uint8 RGB.

    An ``img`` that is there already, maybe ``(H, W)`` grey, is only brought to that form. With ``ori_shape`` and without ``img_path``, as
    mmpretrain's inferencers hand it over, it is BGR. Adds ``ori_shape`` and ``img_shape``, height and
    width.

    Raises:
        DamagedImageError: the image is damaged; the message names it.
        FileNotFoundError: it is missing.
    """

    def transform(self, results: dict) -> dict:
        img = results.get('img')
        if img is None:
            img = decode_rgb(read_bytes(results['img_path']), results['img_path'])
        elif img.ndim == 2:
            img = np.repeat(img[..., None], 3, axis=2)
        elif 'ori_shape' in results and 'img_path' not in results:  # mmpretrain's inferencers hand over what OpenCV decoded, which is BGR
            img = np.ascontiguousarray(img[..., ::-1])
        if img.dtype != np.uint8 or img.ndim != 3 or img.shape[2] != 3:
            raise ValueError(f'{results.get("img_path")}: img is {img.dtype} {img.shape}, expected uint8 (H, W) or (H, W, 3), RGB')
        results['img'] = img
        results['ori_shape'] = results['img_shape'] = img.shape[:2]
        return results
