"""Importance of the patches of images to a classifier, by Grad-CAM: the order of Latent-OFER's Fig. 1."""

import numpy as np
import torch
from mmengine.model import BaseModel
from torch.utils.data import Dataset

from ofer.apis.prediction import batches
from ofer.datasets.transforms.landmark_parsing import image_key
from ofer.evaluation.grad_cam import grad_cam, patch_importance


def importance_of_patches(
    model: BaseModel, dataset: Dataset, layer: str, grid: int, batch_size: int, true_class: bool = False
) -> tuple[list[str], np.ndarray]:
    """Grad-CAM of each image of a data set, averaged over patches.

    Args:
        model: classifier, in evaluation mode.
        dataset: gives ``inputs`` and ``data_samples`` with ``img_path`` and ``gt_label``.
        layer: name of the module whose feature map is used.
        grid: patches a side.
        batch_size: images of a batch.
        true_class: explain the true class instead of the predicted one.

    Returns:
        Name of each image (split, class and name), and ``(N, grid, grid)`` float32, larger = more important.

    Raises:
        ValueError: there is no such layer, it has no feature map, or two images have the same name.

    >>> import ofer
    >>> from ofer.datasets import SyntheticFaces
    >>> faces = SyntheticFaces(split='val', size=48, length=7, pipeline=[dict(type='LoadFace'), dict(type='PackFace')])
    >>> names, maps = importance_of_patches(ofer.get_model('ir48_ferplus'), faces, 'backbone.body.6', grid=6, batch_size=4)
    >>> maps.shape
    (7, 6, 6)
    """
    names: list[str] = []
    maps: list[np.ndarray] = []
    for items in batches(dataset, batch_size, progress=True):
        samples = [item['data_samples'] for item in items]
        inputs = model.data_preprocessor({'inputs': [item['inputs'] for item in items]})['inputs']
        target = torch.tensor([int(sample.gt_label) for sample in samples]) if true_class else None
        maps.append(patch_importance(grad_cam(model, inputs, layer, target), grid).cpu().numpy())
        names += [image_key(sample.img_path) for sample in samples]
    if len(set(names)) < len(names):
        raise ValueError('several images have the same split, class and name, by which PatchOcclusion finds their maps')
    return names, np.concatenate(maps).astype(np.float32)
