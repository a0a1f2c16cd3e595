"""Detects occluded patches of a face (Latent-OFER Sec. 3.1), from the latents of an encoder or from the image."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from mmengine.model import BaseModel
from torch import Tensor
from torch.nn import functional as F

from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.patches import latent_map
from ofer.models.occlusion_detectors.one_class import OneClassDetector
from ofer.models.occlusion_detectors.pasting import paste_pieces
from ofer.registry import MODELS
from ofer.structures import FaceSample, FaceSamples


@MODELS.register_module()
class OcclusionDetector(BaseModel):
    """A one-class detector with its encoder; trained on unoccluded faces, with ``OneClassHook``.

    Args:
        detector: e.g. :class:`~ofer.models.ViTSVDD`.
        data_preprocessor: normalises; mmpretrain's ``ClsDataPreprocessor`` with mean and std for RGB in [0, 255].
        latents: :class:`~ofer.models.LatentPrior`; the input of the detector.
        encoder: network of latents, e.g. :class:`~ofer.models.ConvStemViT`, instead of ``latents``: trained together with the detector.
            With neither, the input of the detector is the normalised image.
        pasting: arguments of :func:`~ofer.models.occlusion_detectors.pasting.paste_pieces`: pieces are pasted over the
            training images, and the detector gets their places as targets. None: nothing is pasted. Occluders that the samples mark in
            ``gt_occlusion`` are targets in either case.
        size: input height and width of the encoder or detector, pixels; images are resized after pasting. None: not resized.

    Raises:
        ValueError: both ``latents`` and ``encoder``.
    """

    earlier_names: ClassVar = {'encoder.network.': 'encoder.'}
    """Prefixes of parameters in checkpoints of version 0.1, and the present ones."""

    def __init__(
        self, detector: dict, data_preprocessor: dict, latents: dict | None = None, encoder: dict | None = None,
        pasting: dict | None = None, size: int | None = None, init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        if latents and encoder:
            raise ValueError('give latents (frozen) or encoder (trained), not both')
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        self.input_format = InputFormat.of(self.data_preprocessor, 'OcclusionDetector')
        self.detector: OneClassDetector = MODELS.build(detector)
        self.latents = MODELS.build(latents) if latents else None
        self.encoder = MODELS.build(encoder) if encoder else None
        self.pasting, self.resize = pasting, InputFormat(size)

    def features(self, inputs: Tensor) -> Tensor:
        """Input of the detector for images ``(N, 3, H, W)``, normalised: a map ``(N, C, h, w)``."""
        inputs = self.resize.convert(inputs)
        if self.encoder is not None:
            return latent_map(self.encoder(inputs), self.encoder.grid)
        if self.latents is None:
            return inputs
        return self.latents(self.pixels(inputs))

    def pixels(self, inputs: Tensor) -> Tensor:
        """Undo the normalisation: images in [0, 1]."""
        return self.input_format.pixels(inputs)

    def forward(
        self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor'
    ) -> Tensor | dict[str, Tensor] | list[FaceSample]:
        """Run the detector.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: filled by ``'predict'``; optional. For ``'loss'`` with ``gt_occlusion`` ``(H, W)`` if faces are occluded.
            mode: ``'tensor'``: scores ``(N, grid, grid)``; ``'loss'``: dict of losses; ``'predict'``: samples with
                ``occlusion_score`` and ``pred_occlusion``.

        Raises:
            ValueError: unknown mode, or a detector whose training was not completed.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        if mode == 'loss':
            if not self.detector.learns:
                return dict(loss=inputs.new_zeros((), requires_grad=True))  # the runner wants to step
            covered = known_occlusion(data_samples, inputs.device)
            if self.pasting is not None:
                pasted, pieces = paste_pieces(self.pixels(inputs), **self.pasting)
                inputs, covered = self.input_format.convert(pasted), pieces if covered is None else covered | pieces
            elif covered is not None and not covered.any():
                covered = None
            return dict(loss=self.detector.loss(self.features(inputs), covered))
        scores = self.detector(self.features(inputs))
        if mode == 'tensor':
            return scores
        samples = [FaceSample() for _ in inputs] if data_samples is None else data_samples
        for sample, score, occluded in zip(samples, scores.detach(), self.detector.flags(scores), strict=True):
            sample.occlusion_score = score
            sample.pred_occlusion = occluded
        return samples

    @torch.no_grad()
    def heat_map(self, inputs: Tensor) -> Tensor:
        """Scores as a picture over the image, ``(N, H, W)``: 0 = at the threshold, positive = occluded, in the unit of the detector.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.

        Raises:
            ValueError: the training of the detector was not completed.
        """
        scores = self.detector(self.features(inputs))
        self.detector.flags(scores)  # raises if the threshold is unset
        excess = (scores - self.detector.threshold)[:, None]
        return F.interpolate(excess, size=inputs.shape[-2:], mode='bilinear', align_corners=False)[:, 0]


def known_occlusion(data_samples: Sequence[FaceSample] | None, device: torch.device) -> Tensor | None:
    """``gt_occlusion`` of all samples, ``(N, H, W)`` bool; None if a sample has none."""
    if isinstance(data_samples, FaceSamples) and 'gt_occlusion' in data_samples.columns:
        return data_samples.columns['gt_occlusion'].to(device)
    given = [sample.get('gt_occlusion') for sample in data_samples or ()]
    if not given or any(mask is None for mask in given):
        return None
    return torch.stack([mask.to(device) for mask in given])
