"""One of the five crops of an image: the four corners or the middle."""

import torch
from mmcv.transforms import BaseTransform

from ofer.registry import TRANSFORMS


@TRANSFORMS.register_module()
class OneOfFiveCrops(BaseTransform):
    """Crop ``img`` to a corner or to the middle, each with the same probability.

    Args:
        crop_size: height and width of the crop, pixels.

    Raises:
        ValueError: ``crop_size`` is not positive, or exceeds the image.
    """

    MOVES_IMAGE = True

    def __init__(self, crop_size: int) -> None:
        if crop_size < 1:
            raise ValueError(f'crop_size={crop_size}: expected a positive number of pixels')
        self.crop_size = crop_size

    def transform(self, results: dict) -> dict:
        height, width = results['img'].shape[:2]
        if min(height, width) < self.crop_size:
            raise ValueError(f'crop_size={self.crop_size} exceeds the image, {height} x {width} pixels: resize it before')
        down, right = height - self.crop_size, width - self.crop_size
        top, left = ((0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2))[int(torch.randint(5, ()))]
        results['img'] = results['img'][top : top + self.crop_size, left : left + self.crop_size]
        results['img_shape'] = results['img'].shape[:2]
        return results
