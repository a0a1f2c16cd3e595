"""ORSANet: an image backbone guided by two frozen priors (ORSANet Sec. 3.2, Eq. 3-4).

::

    image ── backbone ── tokens ──┐
      │                         SSGM ──┐
      ├── parsing prior ──────────┘   MCM ── head ── logits
      └── landmark prior ──────────────┘

Without a prior and its module, the model is a row of the ablation in the paper (Table 6). The priors depend only on the image, so that they
are computed once if the model runs twice on a batch (as in sharpness-aware minimisation): see :meth:`ORSANet.precompute`.
"""

from typing import Any, ClassVar, TypedDict

import torch
from mmengine.model import BaseModel
from torch import Tensor

from ofer.models.layers.input_format import InputFormat
from ofer.registry import MODELS
from ofer.structures import FaceSample


class Priors(TypedDict, total=False):
    """Outputs of the frozen networks for a batch."""

    semantics: Tensor
    """``(N, S, h, w)`` from the parsing prior."""
    landmarks: Tensor
    """``(N, C, h, w)`` from the landmark prior."""


@MODELS.register_module()
class ORSANet(BaseModel):
    """Occlusion-robust semantic-aware network.

    Args:
        backbone: image backbone, e.g. :class:`~ofer.models.IRNet`; the last of its feature maps is used.
        tokens: maps the features to a square grid of tokens, :class:`~ofer.models.GridTokens`. None: the interaction takes all maps of
            the backbone as they are.
        head: classification head on ``((N, D),)``.
        parsing_prior: frozen face parser; requires ``guidance``.
        guidance: :class:`~ofer.models.SSGM`. None: image features are not guided.
        landmark_prior: frozen landmark network; requires ``interaction``.
        interaction: :class:`~ofer.models.MCM`. None: the mean over the grid is classified.
        occlusion_head: :class:`~ofer.models.OcclusionMapHead` on the maps of the backbone: trained jointly to detect occlusion;
            predictions get ``occlusion_score``.
        data_preprocessor: normalises; mmpretrain's ``ClsDataPreprocessor`` with mean and std for RGB in [0, 255].

    Raises:
        ValueError: a prior without the module that uses it, or the other way round; no mean and std; ``to_rgb``; neither tokens nor
            interaction.
    """

    precomputed_parts: ClassVar = ('parsing_prior', 'landmark_prior')
    """Frozen parts whose outputs :meth:`precompute` returns; a feature cache belongs to those that are not None."""

    def __init__(
        self, backbone: dict, tokens: dict | None, head: dict, data_preprocessor: dict, parsing_prior: dict | None = None,
        guidance: dict | None = None, landmark_prior: dict | None = None, interaction: dict | None = None,
        occlusion_head: dict | None = None, init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        if (parsing_prior is None) != (guidance is None) or (landmark_prior is None) != (interaction is None):
            raise ValueError('parsing_prior goes with guidance, and landmark_prior with interaction: give both of a pair or neither')
        if tokens is None and (interaction is None or guidance is not None):
            raise ValueError('without tokens, the maps of the backbone go to the interaction: give it, and no guidance')
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        self.input_format = InputFormat.of(self.data_preprocessor, 'ORSANet')
        self.backbone = MODELS.build(backbone)
        self.tokens = MODELS.build(tokens) if tokens else None
        self.parsing_prior = MODELS.build(parsing_prior) if parsing_prior else None
        self.guidance = MODELS.build(guidance) if guidance else None
        self.landmark_prior = MODELS.build(landmark_prior) if landmark_prior else None
        self.interaction = MODELS.build(interaction) if interaction else None
        self.head = MODELS.build(head)
        self.occlusion_head = MODELS.build(occlusion_head) if occlusion_head else None

    def pixels(self, inputs: Tensor) -> Tensor:
        """Undo the normalisation: ``(N, 3, H, W)`` RGB, 0 = black, 1 = white."""
        return self.input_format.pixels(inputs)

    @torch.no_grad()
    def precompute(self, inputs: Tensor, data_samples: list[FaceSample] | None = None) -> dict[str, Any]:
        """Keyword arguments of :meth:`forward` that do not depend on trained parts.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: identify the images for :class:`~ofer.engine.FeatureCacheHook`, which replaces this method by a cache.

        Returns:
            ``{'priors': Priors}``, for every forward pass over the same ``inputs``.
        """
        del data_samples
        pixels = self.pixels(inputs)
        priors = Priors()
        if self.parsing_prior is not None:
            priors['semantics'] = self.parsing_prior(pixels)
        if self.landmark_prior is not None:
            priors['landmarks'] = self.landmark_prior(pixels)
        return {'priors': priors}

    def image_features(self, inputs: Tensor, priors: Priors) -> Tensor:
        """Tokens on their grid, guided by the semantics: ``(N, D, grid, grid)``; without tokens, the last map of the backbone."""
        return self._guided(self.backbone(inputs), priors)

    def image_tokens(self, maps: tuple[Tensor, ...]) -> Tensor:
        """The last map of the backbone as tokens on their grid, not guided: ``(N, D, grid, grid)``; without tokens, the map itself."""
        return maps[-1] if self.tokens is None else self.tokens(maps[-1])

    def _guided(self, maps: tuple[Tensor, ...], priors: Priors) -> Tensor:
        features = self.image_tokens(maps)
        return features if self.guidance is None else self.guidance(features, priors['semantics'])

    def extract_feat(self, inputs: Tensor, priors: Priors | None = None) -> tuple[Tensor]:
        """The fused feature ``((N, D),)`` that the head classifies."""
        priors = self.precompute(inputs)['priors'] if priors is None else priors
        return self._fused(self.backbone(inputs), priors)

    def _fused(self, maps: tuple[Tensor, ...], priors: Priors) -> tuple[Tensor]:
        features = maps if self.tokens is None else self._guided(maps, priors)
        if self.interaction is None:
            return (features.mean((2, 3)),)
        return (self.interaction(features, priors['landmarks']),)

    def forward(
        self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor', priors: Priors | None = None
    ) -> Tensor | dict[str, Tensor] | list[FaceSample]:
        """Run the network.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: with ``gt_label`` (and maybe ``gt_score``) for ``'loss'``, and ``gt_occlusion`` for an occlusion head.
            mode: ``'tensor'``: logits ``(N, K)``; ``'loss'``: dict of losses; ``'predict'``: samples with ``pred_label``, ``pred_score``,
                and ``occlusion_score`` and ``pred_occlusion`` from an occlusion head.
            priors: from :meth:`precompute` on the same ``inputs``; default: computed.

        Raises:
            ValueError: unknown mode.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        if priors is None:
            priors = self.precompute(inputs, data_samples)['priors']
        maps = self.backbone(inputs)
        feats = self._fused(maps, priors)
        if mode == 'tensor':
            return self.head(feats)
        if mode == 'loss':
            return self.head.loss(feats, data_samples) | (
                {} if self.occlusion_head is None else self.occlusion_head.loss(maps, data_samples)
            )
        samples = self.head.predict(feats, data_samples)
        if self.occlusion_head is not None:
            self.occlusion_head.predict(maps, samples)
        return samples

    @torch.no_grad()
    def outputs(self, inputs: Tensor) -> dict[str, Tensor]:
        """What ``'predict'`` computes, as tensors of the batch, for exported graphs.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.

        Returns:
            ``logits`` ``(N, K)`` and, from an occlusion head, ``occlusion`` ``(N, grid, grid)`` in [0, 1], 1 = occluded.
        """
        maps = self.backbone(inputs)
        found = {'logits': self.head(self._fused(maps, self.precompute(inputs)['priors']))}
        return found if self.occlusion_head is None else found | {'occlusion': self.occlusion_head(maps).sigmoid()}

    @torch.no_grad()
    def explain(self, inputs: Tensor) -> dict[str, Tensor]:
        """Intermediate outputs of the network, for pictures.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.

        Returns:
            The following, as far as the model has the parts: ``landmarks`` ``(N, 68, 2)`` shares of width and height; ``parsing`` ``(N, h,
            w)`` class map; ``backbone_attention`` ``(N, grid, grid)`` mean squared activation of the guided image features, sums to 1;
            ``fusion_attention`` ``(N, grid, grid)`` attention of the landmarks to the image in the last MCM block, sums to 1.
        """
        pixels, priors = self.pixels(inputs), self.precompute(inputs)['priors']
        features = self.image_features(inputs, priors)
        energy = features.float().square().mean(1)
        seen = {'backbone_attention': energy / energy.sum((1, 2), keepdim=True)}
        if self.parsing_prior is not None:
            seen['parsing'] = self.parsing_prior.predict(pixels)
        if self.landmark_prior is not None:
            seen['landmarks'] = self.landmark_prior.predict(pixels)
            if hasattr(self.interaction, 'attention'):
                seen['fusion_attention'] = self.interaction.attention(features, priors['landmarks'])
        return seen
