"""Reading an image into RGB, the library's one colour order from here on.

A JPEG that is damaged inside decodes without an error, part of it made up; only ``tools/prepare/verify_dataset.py`` finds such files.
"""

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ofer.datasets.archive import DamagedImageError, read_bytes
from ofer.registry import TRANSFORMS


def decode_rgb(content: bytes, name: str) -> np.ndarray:
    """Decode an image file.

    Args:
        content: the file's bytes.
        name: what to call the file in messages.

    Returns:
        ``(H, W, 3)`` uint8, RGB; grey images with three equal channels, transparency dropped.

    Raises:
        DamagedImageError: the file is damaged, cut off or no image.
    """
    try:
        img = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    except cv2.error as error:  # as where a damaged header states an enormous size
        raise DamagedImageError(f'{name}: cannot be decoded ({error.err}). Copy the file again, or take it out of the data set.') from error
    if img is None or _is_cut_off(content):
        state = 'cut off' if img is not None else 'damaged or no image'
        raise DamagedImageError(f'{name}: {state} ({len(content)} bytes). Copy the file again, or take it out of the data set.')
    return cv2.cvtColor(img, cv2.COLOR_BGR2RGB)


def _is_cut_off(content: bytes) -> bool:
    """Whether the end mark is missing: decoders fill what is missing with grey and only print a warning."""
    if content.startswith(b'\xff\xd8'):
        return content.rfind(b'\xff\xd9') < len(content) // 2  # a thumbnail in the header has an end mark of its own
    return content.startswith(b'\x89PNG') and b'IEND' not in content[-64:]


@TRANSFORMS.register_module()
class LoadFace(BaseTransform):
    """Read ``img_path`` into ``img`` ``(H, W, 3)`` uint8 RGB.

    An ``img`` that is there already, maybe ``(H, W)`` grey, is only brought to that form. Adds ``ori_shape`` and ``img_shape``, height and
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
        if img.dtype != np.uint8 or img.ndim != 3 or img.shape[2] != 3:
            raise ValueError(f'{results.get("img_path")}: img is {img.dtype} {img.shape}, expected uint8 (H, W) or (H, W, 3), RGB')
        results['img'] = img
        results['ori_shape'] = results['img_shape'] = img.shape[:2]
        return results
