"""Reading an image as RGB, the only colour order inside the library.

A JPEG file with damage inside is decoded without an error, but part of the image is wrong; only ``ofer verify`` finds such files.
"""

import numpy as np
from mmcv.transforms import BaseTransform

from ofer.files.archive import read_bytes
from ofer.files.image_file import decode_rgb
from ofer.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadFace(BaseTransform):
    """Read ``img_path`` into ``img`` ``(H, W, 3)`` uint8 RGB.

    An existing ``img``, also ``(H, W)`` grey, is only converted to that form. With ``ori_shape`` and without ``img_path``, as from the
    inferencers of mmpretrain, it is BGR. Adds ``ori_shape`` and ``img_shape``, height and
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
        elif 'ori_shape' in results and 'img_path' not in results:  # inferencers of mmpretrain pass images decoded by OpenCV, which are BGR
            img = np.ascontiguousarray(img[..., ::-1])
        if img.dtype != np.uint8 or img.ndim != 3 or img.shape[2] != 3:
            raise ValueError(f'{results.get("img_path")}: img is {img.dtype} {img.shape}, expected uint8 (H, W) or (H, W, 3), RGB')
        results['img'] = img
        results['ori_shape'] = results['img_shape'] = img.shape[:2]
        return results
