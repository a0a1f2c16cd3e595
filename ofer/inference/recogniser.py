"""A classifier with its aligner, preprocessing, class names and temperature."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope
from torch import Tensor

from ofer.evaluation.calibration import with_temperature
from ofer.evaluation.grad_cam import grad_cam, image_backbone
from ofer.faces.alignment import Aligner, choose_aligner
from ofer.inference.answer import Answer, checked_thresholds
from ofer.inference.speed import autocast, fused, in_bfloat16, priors_in_bfloat16, supported_precision
from ofer.registry import SCOPE, TRANSFORMS
from ofer.structures import FaceSample


class Recogniser:
    """From aligned faces to expressions.

    Args:
        model: gives samples with ``pred_score`` in mode ``'predict'``; with ``pred_occlusion`` or ``occlusion_score`` in [0, 1] it has a
            patch map too.
        classes: names of its outputs.
        meta: of its checkpoint: ``aligner``, ``temperature``, ``occlusion_thresholds`` (share from which a region is called occluded, by
            the name of the region).
        aligner: description of the aligner, in place of the checkpoint's.
        pipeline: transforms of the config between reading and packing, e.g. resizing.
        size: height and width of the images before the pipeline, pixels, for models whose checkpoint states no aligner; None: unknown.

    Set ``explains`` for ``attention`` (Grad-CAM of the predicted expression, which needs a backward pass) and ``parsing`` (of models that
    parse the face, such as :class:`~ofer.models.ORSANet`).

    Raises:
        ValueError: a temperature that is not positive, a threshold that is not in [0, 1] or of an unknown region, a description that
            gives no aligner, or a pipeline that does not read and pack images of faces.
    """

    def __init__(
        self,
        model: BaseModel,
        classes: Sequence[str],
        meta: Mapping[str, Any] | None = None,
        aligner: Mapping[str, Any] | None = None,
        pipeline: Sequence[Mapping[str, Any]] = (),
        size: int | None = None,
    ) -> None:
        meta = meta or {}
        self.model = model.eval()
        self.classes = tuple(classes)
        self.explains = False
        self.precision = 'float32'
        self.temperature = float(meta.get('temperature', 1.0))
        if not self.temperature > 0:
            raise ValueError(f'temperature={self.temperature}: expected a positive number')
        self.occlusion_thresholds = checked_thresholds(meta.get('occlusion_thresholds') or {})
        steps = [dict(step) for step in pipeline if step['type'] not in ('LoadFace', 'PackFace')]
        for name in (str(step['type']) for step in steps):
            if name.startswith(('Load', 'Pack')):
                raise ValueError(f'{type(model).__name__}: its pipeline has {name}; expected LoadFace, steps on the image, and PackFace')
        self.aligner: Aligner = choose_aligner(meta, aligner, _fallback(steps, size))
        with DefaultScope.overwrite_default_scope(SCOPE):
            self.transforms = [TRANSFORMS.build(step) for step in steps]

    @torch.inference_mode()
    def __call__(self, crops: Sequence[np.ndarray]) -> list[Answer]:
        """Answers for a batch.

        Args:
            crops: aligned faces, ``(S, S, 3)`` uint8 RGB.
        """
        if not crops:
            return []
        inputs = self.inputs(crops)
        with autocast(inputs.device, self.precision):
            samples = self.model(inputs, mode='predict')
            if self.explains:
                self._explain(inputs, samples)
        scores = torch.stack([sample.pred_score.float() for sample in samples]).double().cpu().numpy()
        shares = with_temperature(scores, self.temperature)
        return [self._answer(sample, share) for sample, share in zip(samples, shares, strict=True)]

    def speed_up(self, precision: str = 'float32', compile: bool = False) -> None:
        """Replace the model by a faster one: norms fused into convolutions, channels last in memory.

        Args:
            precision: ``'bfloat16'`` halves the weights of convolutions and linear layers, and their products; ``'mixed'`` those of frozen
                priors alone. CPUs without bfloat16 instructions use float32.
            compile: let torch compile the model at its first batch.

        Raises:
            ValueError: an unknown precision, or ``'mixed'`` for a model without priors.
        """
        device = self.model.data_preprocessor.device
        precision = supported_precision(precision, device)
        side = self.aligner.size
        example = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
        self.model = fused(self.model, self.inputs([example]))
        self.precision = precision
        if precision == 'bfloat16':
            in_bfloat16(self.model)
        elif precision == 'mixed':
            priors_in_bfloat16(self.model)
        if compile:
            self.model.compile()

    def inputs(self, crops: Sequence[np.ndarray]) -> Tensor:
        """The input of the network: ``(N, 3, H, W)``, normalised, on its device."""
        # Channels stay last in memory, as in arrays: convolutions on CPUs are faster in this layout.
        images = torch.from_numpy(np.stack([self._prepared(crop) for crop in crops])).permute(0, 3, 1, 2)
        return self.model.data_preprocessor({'inputs': images})['inputs']

    def _explain(self, inputs: Tensor, samples: Sequence[FaceSample]) -> None:
        """Set ``activation_map`` and ``pred_parsing`` of the samples, as far as the model has them."""
        attention = class_attention(self.model, inputs)
        seen = self.model.explain(inputs) if hasattr(self.model, 'explain') else {}
        for index, sample in enumerate(samples):
            if attention is not None:
                sample.set_field(attention[index], 'activation_map')
            if 'parsing' in seen:
                sample.set_field(seen['parsing'][index], 'pred_parsing')

    def _answer(self, sample: FaceSample, probabilities: np.ndarray) -> Answer:
        patch_map, flags = sample.get('occlusion_score'), sample.get('pred_occlusion')
        if flags is not None and getattr(self.model, 'occlusion_head', None) is None:
            patch_map = flags  # the scores of a detector have a unit of their own; those of a head are shares
        parsing = sample.get('pred_parsing')
        return Answer(
            probabilities,
            _array(patch_map),
            _picture(sample.get('pred_image')),
            _array(sample.get('activation_map')),
            None if parsing is None else parsing.byte().cpu().numpy(),
        )

    def _prepared(self, crop: np.ndarray) -> np.ndarray:
        if not self.transforms:
            return crop
        results = dict(img=crop, img_shape=crop.shape[:2], ori_shape=crop.shape[:2], sample_idx=0)
        for transform in self.transforms:
            results = transform(results)
        return np.asarray(results['img'])


def class_attention(model: BaseModel, inputs: Tensor) -> Tensor | None:
    """Grad-CAM of the predicted expression at the last feature map of the image backbone.

    Args:
        model: in evaluation mode.
        inputs: ``(N, C, H, W)``, normalised.

    Returns:
        ``(N, h, w)`` in [0, 1], the greatest value of each face is 1 (or 0 if no place adds to the class); None if the model has no
        backbone, or its backbone returns no map on which the logits depend.
    """
    layer = image_backbone(model)
    if layer is None:
        return None
    with torch.inference_mode(False):  # a backward pass is impossible through tensors of the inference mode
        try:
            maps = grad_cam(model, inputs.clone().requires_grad_(), layer)
        except ValueError:
            return None
    return maps / maps.amax((1, 2), keepdim=True).clamp(min=1e-12)


def _picture(image: Tensor | None) -> np.ndarray | None:
    return None if image is None else (image.float().clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()


def _array(values: Tensor | None) -> np.ndarray | None:
    return None if values is None else values.float().cpu().numpy()


def _fallback(steps: Sequence[Mapping[str, Any]], given: int | None) -> dict[str, Any] | None:
    """ArcFace's alignment in the size to which the config resizes, or else in the given one; None where both are unknown."""
    for step in reversed(steps):
        size = step.get('scale', step.get('crop_size')) if step['type'] in ('Resize', 'CenterCrop') else None
        size = size[0] if isinstance(size, (tuple, list)) else size
        if isinstance(size, int):
            return dict(type='ArcFaceAligner', size=size)
    return None if given is None else dict(type='ArcFaceAligner', size=given)
