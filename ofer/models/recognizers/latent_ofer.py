"""The pipeline of Latent-OFER: detect occluded patches, repaint them, recognise the expression (Sec. 3, Fig. 2).

::

    image ── detector ── flagged patches ── hole ─┐
      └───────────────────────────────────────────┴── inpainter (MAE, then hybrid) ── face ── classifier ── answer
                              └── latents of flagged patches are never used ─────────────────┘

Every stage has its own image size and normalisation. The first two are frozen; the classifier may be trained on their output. Options of
the stages:

* detector: :class:`~ofer.models.OcclusionDetector`. Without a detector, the ``hole`` of each sample is repainted, if it has one:
  with ``OcclusionHole`` in the pipeline, these are the flags of a perfect detector, and the classifier gets them.
* inpainter: :class:`~ofer.models.HybridInpainter`; with ``generator=None`` the output of the masked autoencoder is final, with
  ``coarse=None`` the U-Net starts from the mean colour. Without an inpainter, faces are not repainted.
* classifier: :class:`~ofer.models.LatentFER` (its option ``latents`` gives the other rows of Table 10), :class:`~ofer.models.ORSANet`, or
  mmpretrain's ``ImageClassifier``.
"""

from typing import Any, ClassVar, NamedTuple

import torch
from mmengine.model import BaseModel
from torch import Tensor
from torch.nn import functional as F

from ofer.masks import resize_mask
from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.stage import Stage
from ofer.models.recognizers.latent_fer import LatentFER
from ofer.registry import MODELS
from ofer.structures import FaceSample, set_stacked


class Restored(NamedTuple):
    """A batch of faces before the classifier."""

    pixels: Tensor
    """``(N, 3, H, W)``, RGB in [0, 1]: with the hole repainted."""
    coarse: Tensor
    """``(N, 3, H, W)``, RGB in [0, 1]: the output of the first painter alone."""
    hole: Tensor
    """``(N, H, W)`` bool, True = repainted."""
    hidden: Tensor | None
    """``(N, grid, grid)`` bool, True = hidden from the first painter; None if that is no masked autoencoder."""
    scores: Tensor | None
    """``(N, grid, grid)``, scores of the detector, higher = more likely occluded; None without a detector."""
    flags: Tensor | None
    """``(N, grid, grid)`` bool, True = flagged as occluded by the detector; None without one."""
    occluded: Tensor | None
    """``(N, h, w)`` bool, True = occluded: the mask for the classifier: the flags, or the given holes instead; None if
    the model has neither detector nor inpainter."""


@MODELS.register_module()
class LatentOFER(BaseModel):
    """The whole of Latent-OFER.

    Each stage is ``dict(model=..., checkpoint=..., size=...)``, see :class:`~ofer.models.layers.stage.Stage`. A checkpoint of the whole
    model contains all stages; otherwise ``init_weights()``, which ``ofer test CONFIG`` and training call, reads the files of the stages.

    Args:
        classifier: predicts the expression.
        data_preprocessor: normalises; mmpretrain's ``ClsDataPreprocessor`` with mean and std for RGB in [0, 255].
        detector: flags patches; None: the ``hole`` of the samples is used.
        inpainter: repaints; None: nothing is repainted.

    Raises:
        ValueError: a preprocessor that cannot be inverted.
    """

    optional_parts: ClassVar = ('detector', 'inpainter')
    """Parts that a checkpoint may contain although the config disables them."""

    def __init__(
        self, classifier: dict, data_preprocessor: dict, detector: dict | None = None, inpainter: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        self.input_format = InputFormat.of(self.data_preprocessor, 'LatentOFER')
        self.detector = Stage('detector', **detector) if detector else None
        self.inpainter = Stage('inpainter', **inpainter) if inpainter else None
        self.classifier = Stage('classifier', **classifier, frozen=False)

    @property
    def checkpoints(self) -> dict[str, str | None]:
        """The file of each stage by its name."""
        stages = dict(detector=self.detector, inpainter=self.inpainter, classifier=self.classifier)
        return {name: stage.checkpoint for name, stage in stages.items() if stage is not None}

    def init_weights(self) -> None:
        """Read the files of all stages.

        Raises:
            FileNotFoundError: one is missing.
            ValueError: its parameters do not fit the model of the stage.
        """
        for stage in (self.detector, self.inpainter, self.classifier):
            if stage is not None:
                stage.init_weights()

    @torch.no_grad()
    def restore(self, pixels: Tensor, data_samples: list[FaceSample] | None = None) -> Restored:
        """Run all stages before the classifier.

        A face whose patches are all flagged is not repainted, since no visible patch is left.

        Args:
            pixels: ``(N, 3, H, W)``, RGB in [0, 1].
            data_samples: without a detector, with ``hole`` ``(H, W)`` bool, True = to be repainted.

        Raises:
            ValueError: a hole of another size than its image.
        """
        scores = flags = None
        if self.detector is not None:
            scores, flags = self._detect(self.detector, pixels)
        mask = given_holes(pixels, data_samples) if flags is None else flags
        occluded = mask if flags is None and self.inpainter is not None else flags
        mask = mask & ~mask.flatten(1).all(1)[:, None, None]
        hole = resize_mask(mask, *pixels.shape[-2:])
        coarse, painted, hidden = pixels.clone(), pixels.clone(), None
        # Sizes in an exported graph do not depend on values: all faces are painted, each inside of its hole.
        chosen = mask.flatten(1).any(1) if not torch.onnx.is_in_onnx_export() else None
        if self.inpainter is not None:
            height, width = (self.inpainter.input_format.size or side for side in pixels.shape[-2:])
            hidden = self.inpainter.model.hidden_patches(mask, height, width)
            if chosen is None:
                coarse, painted = self._paint(self.inpainter, pixels, mask, hidden)
            elif chosen.any():
                unseen = None if hidden is None else hidden[chosen]
                coarse[chosen], painted[chosen] = self._paint(self.inpainter, pixels[chosen], mask[chosen], unseen)
        return Restored(painted, coarse, hole, hidden, scores, flags, occluded)

    @staticmethod
    def _detect(detector: Stage, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Scores and flags, ``(N, grid, grid)`` each."""
        images = detector.input_format.convert(pixels)
        if torch.onnx.is_in_onnx_export():  # a loop over samples would fix the size of the batch
            scores = detector.model(images)
            return scores, detector.model.detector.flags(scores)
        found = detector.model(images, mode='predict')
        return torch.stack([sample.occlusion_score for sample in found]), torch.stack([sample.pred_occlusion for sample in found])

    @staticmethod
    def _paint(inpainter: Stage, pixels: Tensor, mask: Tensor, hidden: Tensor | None) -> tuple[Tensor, Tensor]:
        images = inpainter.input_format.convert(pixels)
        hole, inside = (resize_mask(mask, *shown.shape[-2:]) for shown in (pixels, images))
        coarse = inpainter.model.paint_coarsely(images, inside, hidden)
        paintings = []
        for image in (coarse, inpainter.model.reconstruct(images, inside, coarse)):
            painting = inpainter.input_format.pixels(image).clamp(0, 1)
            painting = F.interpolate(painting, size=pixels.shape[-2:], mode='bilinear', antialias=True)
            paintings.append(torch.where(hole.unsqueeze(1), painting.to(pixels.dtype), pixels))
        return paintings[0], paintings[1]

    def forward(
        self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor'
    ) -> Tensor | dict[str, Tensor] | list[FaceSample]:
        """Run the stages.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: for ``'loss'`` with ``gt_label``; without a detector, with the ``hole`` to repaint.
            mode: ``'tensor'``: logits ``(N, K)``; ``'loss'``: the classifier's losses on the repainted faces; ``'predict'``: samples with
                ``pred_label`` and ``pred_score``, ``hole``, ``coarse_image`` and ``pred_image``, ``hidden_patches`` if a masked
                autoencoder paints, ``occlusion_score`` and ``pred_occlusion`` of the detector, and the fields of the classifier.

        Raises:
            ValueError: unknown mode, a hole of another size than its image, a detector whose training was not completed.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        restored = self.restore(self.input_format.pixels(inputs).clamp(0, 1), data_samples)
        samples = [FaceSample() for _ in inputs] if data_samples is None else data_samples
        grid = getattr(self.classifier.model, 'grid', None)
        if restored.occluded is not None and (grid is not None or restored.flags is not None):  # no classifier uses pixel masks
            occluded = restored.occluded if grid is None else resize_mask(restored.occluded, grid, grid)
            set_stacked(samples, 'pred_occlusion', occluded)
        answer = self.classifier.model(self.classifier.input_format.convert(restored.pixels), samples, mode=mode)
        if mode == 'predict':
            _note(answer, restored)
        return answer

    @torch.no_grad()
    def outputs(self, inputs: Tensor) -> dict[str, Tensor]:
        """What ``'predict'`` computes, as tensors of the batch, for exported graphs.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.

        Returns:
            ``logits`` ``(N, K)``; with a detector ``occlusion`` ``(N, grid, grid)``, 1 = flagged; with an inpainter ``restored``
            ``(N, 3, H, W)``, RGB in [0, 1].

        Raises:
            ValueError: no detector, so that holes would have to be given.
        """
        if self.detector is None:
            raise ValueError('a LatentOFER without detector repaints given holes, which an exported graph does not take')
        restored = self.restore(self.input_format.pixels(inputs).clamp(0, 1))
        images = self.classifier.input_format.convert(restored.pixels)
        model = self.classifier.model
        if isinstance(model, LatentFER):
            assert restored.flags is not None
            occluded = restored.flags if model.grid is None else resize_mask(restored.flags, model.grid, model.grid)
            logits = model.logits(images, occluded.flatten(1))
        else:
            logits = model(images, mode='tensor')
        assert restored.flags is not None
        found = {'logits': logits, 'occlusion': restored.flags.float()}
        return found if self.inpainter is None else found | {'restored': restored.pixels}


def _note(samples: list[FaceSample], restored: Restored) -> None:
    fields: dict[str, Any] = dict(
        hole=restored.hole,
        hidden_patches=restored.hidden,
        coarse_image=restored.coarse,
        pred_image=restored.pixels,
        occlusion_score=restored.scores,
        pred_occlusion=restored.flags,
    )
    for name, values in fields.items():
        if values is not None:
            for sample, value in zip(samples, values, strict=True):
                sample.set_field(value, name)


def given_holes(pixels: Tensor, data_samples: list[FaceSample] | None) -> Tensor:
    """The ``hole`` of each sample, ``(N, H, W)``; empty if a sample has none.

    Raises:
        ValueError: a hole has another size than its image.
    """
    nothing = pixels.new_zeros(pixels.shape[-2:], dtype=torch.bool)
    holes = [sample.get('hole', nothing).to(pixels.device) for sample in data_samples or [FaceSample() for _ in pixels]]
    for index, hole in enumerate(holes):
        if hole.shape != nothing.shape:
            raise ValueError(f'hole {index} is {tuple(hole.shape)} and its image {tuple(nothing.shape)}: make holes after resizing')
    return torch.stack(holes).bool()
