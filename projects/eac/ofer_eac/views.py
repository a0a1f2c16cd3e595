"""Two views of a face in one training sample, for consistency between images that are augmented independently."""

from collections.abc import Sequence

import numpy as np
import torch
from mmcv.transforms import BaseTransform, Compose

from ofer.datasets import PackFace
from ofer.registry import TRANSFORMS


@TRANSFORMS.register_module()
class SecondView(BaseTransform):
    """Add ``view``, a copy of ``img`` with transforms of its own.

    Args:
        transforms: configs of transforms of ``img`` that keep its size.
    """

    def __init__(self, transforms: Sequence[dict]) -> None:
        self.transforms = Compose([TRANSFORMS.build(config) for config in transforms])

    def transform(self, results: dict) -> dict:
        return results | {'view': self.transforms({'img': results['img'].copy()})['img']}


@TRANSFORMS.register_module()
class PackViews(PackFace):
    """:class:`~ofer.datasets.PackFace` with ``inputs`` ``(2, 3, H, W)`` uint8 RGB: ``img`` and ``view``.

    Raises:
        ValueError: ``view`` has another size.
    """

    def transform(self, results: dict) -> dict:
        view = results['view']
        if view.shape != results['img'].shape:
            raise ValueError(f'the second view is {view.shape}, and the image {results["img"].shape}: resize before SecondView')
        packed = super().transform(results)
        second = torch.from_numpy(np.ascontiguousarray(view.transpose(2, 0, 1)))
        return packed | {'inputs': torch.stack([packed['inputs'], second])}
