"""EAC (Zhang et al. 2022): a classifier whose class maps must be the same for a partly erased face and for its mirror image.

A network that memorises wrong labels attends to a few places, and these differ between an image and its mirror image.
"""

from typing import Any

import torch
from mmpretrain.models.classifiers import ImageClassifier
from torch import Tensor

from ofer.registry import MODELS
from ofer.structures import FaceSample


def class_maps(features: Tensor, weight: Tensor) -> Tensor:
    """Map of each class: the classifier applied at each place.

    Args:
        features: ``(N, C, h, w)``, the last feature map.
        weight: ``(K, C)`` of the linear classifier.

    Returns:
        ``(N, K, h, w)``, any sign; the mean over the places plus the bias is the logit.
    """
    return torch.einsum('kc,nchw->nkhw', weight, features)


def flip_consistency(maps: Tensor, mirrored: Tensor) -> Tensor:
    """Mean squared difference between maps and the maps of the mirrored images, mirrored back.

    Args:
        maps: ``(N, K, h, w)``.
        mirrored: ``(N, K, h, w)``, of the mirrored images.

    Returns:
        Scalar.
    """
    return (maps - mirrored.flip(-1)).square().mean()


@MODELS.register_module()
class EAC(ImageClassifier):
    """Classifier with a linear head, trained with flip consistency; only the first view is classified in training.

    Args:
        consistency_weight: factor of :func:`flip_consistency`.
        kwargs: arguments of :class:`mmpretrain.models.ImageClassifier`; the neck pools the last map of the backbone, and the head is a
            ``LinearClsHead``.
    """

    def __init__(self, *, consistency_weight: float = 5.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.consistency_weight = consistency_weight

    def loss(self, inputs: Tensor, data_samples: list[FaceSample]) -> dict[str, Tensor]:
        """``loss``, the cross entropy of the first view, and ``loss_consistency``.

        Args:
            inputs: ``(N, 3, H, W)``, normalised, of which the second view is the mirror image; or ``(N, 2, 3, H, W)`` from
                :class:`PackViews`, two views, of which the second is mirrored here.
            data_samples: with ``gt_label``, and maybe ``gt_score``.
        """
        first, second = inputs.unbind(1) if inputs.ndim == 5 else (inputs, inputs)
        features = self.backbone(first)
        mirrored = self.backbone(second.flip(-1))
        weight = self.head.fc.weight.detach()  # the maps teach the features, not the classifier
        consistency = flip_consistency(class_maps(features[-1], weight), class_maps(mirrored[-1], weight))
        return self.head.loss(self.neck(features), data_samples) | {'loss_consistency': self.consistency_weight * consistency}
