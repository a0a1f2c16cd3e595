"""From a scene of several faces to the input of a face detector."""

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from ofer.registry import TRANSFORMS
from ofer.structures import FaceSample


@TRANSFORMS.register_module()
class PackScene(BaseTransform):
    """Make ``dict(inputs=(1, H, W) uint8 grey, data_samples=FaceSample)`` with ``gt_boxes``, ``gt_points`` and ``gt_ignored``."""

    def transform(self, results: dict) -> dict:
        sample = FaceSample()
        for key in ('gt_boxes', 'gt_points', 'gt_ignored'):
            sample.set_field(torch.from_numpy(np.ascontiguousarray(results[key])), key)
        sample.set_metainfo({'img_path': results['img_path'], 'sample_idx': results['sample_idx'], 'img_shape': results['img'].shape[:2]})
        return {'inputs': torch.from_numpy(results['img'])[None], 'data_samples': sample}
