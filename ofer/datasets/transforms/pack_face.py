"""From the results of a pipeline to the input of a model."""

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from ofer.registry import TRANSFORMS
from ofer.structures import FaceSample

META_KEYS = ('sample_idx', 'img_path', 'ori_shape', 'img_shape', 'flip', 'occlusion_type', 'skipped')
PIXEL_LABELS = ('gt_parsing', 'gt_occlusion', 'hole', 'gt_image')


@TRANSFORMS.register_module()
class PackFace(BaseTransform):
    """Make ``dict(inputs=(3, H, W) uint8 RGB, data_samples=FaceSample)``.

    ``gt_label``, ``gt_score``, ``gt_landmarks`` ``(68, 2)`` float32, ``gt_parsing`` ``(H, W)`` int64, ``gt_occlusion`` and ``hole``
    ``(H, W)`` bool and ``gt_image`` ``(3, H, W)`` uint8 are copied if they exist.

    Raises:
        ValueError: an earlier transform has resized the image, but not a map.
    """

    def transform(self, results: dict) -> dict:
        img = results['img']
        height, width = img.shape[:2]
        for key in PIXEL_LABELS:
            if key in results and results[key].shape[:2] != (height, width):
                raise ValueError(f'{key} is {results[key].shape} and the image {(height, width)}: resize before the map is made')
        sample = FaceSample()
        if 'gt_label' in results:
            sample.set_gt_label(results['gt_label'])
        if 'gt_score' in results:
            sample.set_gt_score(results['gt_score'])
        if 'gt_landmarks' in results:
            sample.gt_landmarks = torch.from_numpy(np.asarray(results['gt_landmarks'], dtype=np.float32))
        if 'gt_parsing' in results:
            sample.gt_parsing = torch.from_numpy(results['gt_parsing'].astype(np.int64))
        for key in ('gt_occlusion', 'hole'):
            if key in results:
                sample.set_field(torch.from_numpy(np.ascontiguousarray(results[key], dtype=bool)), key)
        if 'gt_image' in results:
            sample.gt_image = torch.from_numpy(np.ascontiguousarray(results['gt_image'].transpose(2, 0, 1)))
        sample.set_metainfo({key: results[key] for key in META_KEYS if key in results} | {'img_shape': (height, width)})
        inputs = torch.from_numpy(np.ascontiguousarray(img.transpose(2, 0, 1)))
        return {'inputs': inputs, 'data_samples': sample}
