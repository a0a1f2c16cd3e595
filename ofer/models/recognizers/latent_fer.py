"""The recognition network of Latent-OFER (Sec. 3.3, Fig. 4): a CNN with attention, and the latents of the places it attends to.

::

    image ── backbone ── neck (attention heads) ── fused feature ──┐
      │                    └── activation map ── keys ──┐        concat ── head ── logits
      └── encoder (frozen) ── latents of all patches ── chosen ── embed

``latents`` and ``image_feature`` give the rows of the paper's ablation (Table 10). The loss is that of the head, cross entropy: neither the
paper nor its code has the affinity and partition losses of DAN, from which the attention heads are taken.

The published code reads latents of whole, unmirrored images from files while the image itself is mirrored, rotated and erased. Here
both come from the same pixels, or from a cache that also holds mirrored images.
"""

from typing import Any, ClassVar

import torch
from mmengine.model import BaseModel
from torch import Tensor, nn

from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.patches import check_mask, grid_side
from ofer.models.layers.weights import load_pretrained
from ofer.models.necks.latent_keys import activation_map, select_keys
from ofer.registry import MODELS
from ofer.structures import FaceSample

LATENTS = ('none', 'full', 'selected')


@MODELS.register_module()
class LatentFER(BaseModel):
    """Classifier of an image feature and of chosen latents.

    Latents of patches that are flagged as occluded are never used. A face without usable latents (all patches are flagged, or all that
    the CNN attends to) is classified by its image feature and a vector of zeros.

    Args:
        backbone: CNN, e.g. mmpretrain's ``ResNet``; the last of its feature maps is used.
        neck: attention heads, :class:`~ofer.models.CrossAttentionHeads`.
        head: classification head on ``((N, C),)``, the image feature followed by the embedded latents.
        data_preprocessor: normalises; mmpretrain's ``ClsDataPreprocessor`` with mean and std for RGB in [0, 255].
        latents: ``'none'``; ``'full'``: those of all patches; ``'selected'``: those above the median of the activation map.
        encoder: computes the latents, e.g. :class:`~ofer.models.LatentPrior`: ``latents(pixels, mask=None)`` takes ``(N, 3, H, W)`` RGB in
            [0, 1] and a mask ``(N, L)`` bool, True = hidden, and returns ``(N, L, D)``. Frozen. None: they are passed with every call.
        embed: chosen latents to a vector, e.g. :class:`~ofer.models.LatentMLP`; goes with ``latents``.
        image_feature: False: the latents alone are classified. The CNN then gets no gradient and is frozen.
        cnn_checkpoint: file of a LatentFER of the same CNN that was trained with its image feature, from which backbone and neck are read.
            Required if latents alone are classified and the CNN selects them: an untrained neck would select at random.

    Raises:
        ValueError: unknown ``latents``; ``embed`` or ``encoder`` without use, or ``embed`` missing; nothing to classify; no mean and std;
            ``to_rgb``.
    """

    precomputed_parts: ClassVar = ('encoder',)
    """Frozen parts whose outputs :meth:`precompute` returns; a feature cache belongs to those that are not None."""
    optional_parts: ClassVar = ('encoder',)
    """Parts that a checkpoint may contain although the config disables them."""
    precomputed_with: ClassVar = ('pred_occlusion',)
    """Fields of a sample that change these outputs, besides its image: flagged patches are hidden from the encoder. Not supported by
    caches."""

    def __init__(
        self, backbone: dict, neck: dict, head: dict, data_preprocessor: dict, latents: str = 'selected', encoder: dict | None = None,
        embed: dict | None = None, image_feature: bool = True, cnn_checkpoint: str | None = None, init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        if latents not in LATENTS:
            raise ValueError(f'latents={latents!r} is unknown: choose one of {", ".join(LATENTS)}')
        if (embed is None) != (latents == 'none') or (encoder is not None and latents == 'none'):
            raise ValueError(f'latents={latents!r}: without latents there is neither encoder nor embed, and with them embed is needed')
        if latents == 'none' and not image_feature:
            raise ValueError('neither latents nor the image feature: there would be nothing to classify')
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        self.input_format = InputFormat.of(self.data_preprocessor, 'LatentFER')
        self.latents, self.image_feature, self.cnn_checkpoint = latents, image_feature, cnn_checkpoint
        self.backbone = MODELS.build(backbone)
        self.neck = MODELS.build(neck)
        self.encoder = MODELS.build(encoder) if encoder else None
        self.embed = MODELS.build(embed) if embed else None
        self.head = MODELS.build(head)
        for part in self._frozen():
            part.requires_grad_(False)
            part.eval()

    @property
    def grid(self) -> int | None:
        """Side of the patch grid of occlusion masks; None: any, since the model computes no latents."""
        return None if self.encoder is None else self.encoder.network.grid

    def _frozen(self) -> list[nn.Module]:
        untaught = [] if self.image_feature else [self.backbone, self.neck]
        return untaught if self.encoder is None else [*untaught, self.encoder]

    def train(self, mode: bool = True) -> 'LatentFER':
        """Set the mode; frozen parts stay in evaluation mode."""
        super().train(mode)
        for part in self._frozen():
            part.train(False)
        return self

    def init_weights(self) -> None:
        """Initialise, and read ``cnn_checkpoint``.

        Raises:
            FileNotFoundError: it is missing.
            ValueError: its parameters are not those of the CNN, or it is needed and not given.
        """
        if self.cnn_checkpoint is None and self.latents == 'selected' and not self.image_feature:
            raise ValueError(
                'model.image_feature=False: the CNN selects the latents, and nothing teaches it. Train this config as it is first, and '
                'name its file: model.cnn_checkpoint=checkpoints/NAME.pth'
            )
        super().init_weights()
        if self.cnn_checkpoint is not None:
            remedy = 'Train the same config with its image feature first.'
            load_pretrained(self.backbone, self.cnn_checkpoint, remedy, part='backbone')
            load_pretrained(self.neck, self.cnn_checkpoint, remedy, part='neck')

    def pixels(self, inputs: Tensor) -> Tensor:
        """Undo the normalisation: ``(N, 3, H, W)`` RGB, 0 = black, 1 = white."""
        return self.input_format.pixels(inputs)

    @torch.no_grad()
    def precompute(self, inputs: Tensor, data_samples: list[FaceSample] | None = None) -> dict[str, Any]:
        """Keyword arguments of :meth:`forward` that do not depend on trained parts.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: with ``pred_occlusion`` if patches are flagged; these are hidden from the encoder. Also identify the images for
                :class:`~ofer.engine.FeatureCacheHook`, which replaces this method by a cache.

        Returns:
            ``{'vit_latents': (N, L, D)}``, for every forward pass over the same ``inputs``; empty if no latents are used.

        Raises:
            ValueError: the model uses latents and has no encoder.
        """
        if self.embed is None:
            return {}
        if self.encoder is None:
            raise ValueError('the model has no encoder: hand in vit_latents, or set model.encoder')
        return {'vit_latents': self.encoder.latents(self.pixels(inputs), occlusion_mask(data_samples, inputs.device))}

    def image_features(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """The fused feature ``(N, C)``, and the spatial weights of the heads ``(N, H, h, w)``."""
        vectors, weights = self.neck.attend(self.backbone(inputs)[-1])
        return self.neck.fuse(vectors), weights

    def look_up(self, weights: Tensor, vit_latents: Tensor, occluded: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Select the latents.

        Args:
            weights: ``(N, H, h, w)``, from :meth:`image_features`.
            vit_latents: ``(N, L, D)``.
            occluded: ``(N, L)`` bool, True = occluded.

        Returns:
            The activation map ``(N, grid, grid)``, and ``(N, L)`` bool, True = chosen.

        Raises:
            ValueError: latents that are no square grid; a mask of another size.
        """
        images, length = vit_latents.shape[:2]
        activation = activation_map(weights, grid_side(length))
        if self.latents == 'selected':
            return activation, select_keys(activation, occluded)
        if occluded is None:
            return activation, activation.new_ones(images, length, dtype=torch.bool)
        check_mask(occluded, images, length)
        return activation, ~occluded

    def extract_feat(
        self, inputs: Tensor, vit_latents: Tensor | None = None, occluded: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """The classified feature, and the places of its latents.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            vit_latents: ``(N, L, D)``; default: computed if the model uses them.
            occluded: ``(N, L)`` bool, True = occluded.

        Returns:
            The feature ``(N, C)``; the activation map ``(N, grid, grid)``; and ``(N, L)`` bool, True = chosen. Without latents the map has
            the size of the last feature map of the CNN, and the mask is None.
        """
        feature, weights = self.image_features(inputs)
        if self.embed is None:
            return feature, activation_map(weights, weights.shape[-1]), None
        vit_latents = self.precompute(inputs)['vit_latents'] if vit_latents is None else vit_latents
        activation, chosen = self.look_up(weights, vit_latents, occluded)
        embedded = self.embed(vit_latents, chosen)
        return torch.cat([feature, embedded], 1) if self.image_feature else embedded, activation, chosen

    def forward(
        self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor', vit_latents: Tensor | None = None
    ) -> Tensor | dict[str, Tensor] | list[FaceSample]:
        """Run the network.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: with ``gt_label`` (and maybe ``gt_score``) for ``'loss'``; with ``pred_occlusion`` ``(grid, grid)`` if patches
                are flagged as occluded.
            mode: ``'tensor'``: logits ``(N, K)``; ``'loss'``: dict of losses; ``'predict'``: samples with ``pred_label``, ``pred_score``,
                ``activation_map``, and ``chosen`` if latents are used.
            vit_latents: from :meth:`precompute` on the same ``inputs``; default: computed.

        Raises:
            ValueError: unknown mode; a mask of another size; latents are needed and there is no encoder.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        if vit_latents is None:
            vit_latents = self.precompute(inputs, data_samples).get('vit_latents')
        feature, activation, chosen = self.extract_feat(inputs, vit_latents, occlusion_mask(data_samples, inputs.device))
        if mode == 'loss':
            return self.head.loss((feature,), data_samples)
        if mode == 'tensor':
            return self.head((feature,))
        samples = self.head.predict((feature,), data_samples or [FaceSample() for _ in inputs])
        for i, sample in enumerate(samples):
            sample.activation_map = activation[i]
            if chosen is not None:
                sample.chosen = chosen[i].view_as(activation[i])
        return samples

    def logits(self, inputs: Tensor, occluded: Tensor) -> Tensor:
        """Logits ``(N, K)`` of faces with flagged patches, all as tensors.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            occluded: ``(N, L)`` bool, True = occluded.
        """
        latents = None if self.embed is None else self.encoder.latents(self.pixels(inputs), occluded)
        return self.head((self.extract_feat(inputs, latents, occluded)[0],))


def occlusion_mask(data_samples: list[FaceSample] | None, device: torch.device) -> Tensor | None:
    """Occlusion masks of a batch, from the flags of a detector.

    Args:
        data_samples: ``pred_occlusion`` ``(grid, grid)`` bool, True = occluded, if available.
        device: device of the result.

    Returns:
        ``(N, L)`` bool, True = occluded; False in images without flags. None: no image has flags.

    Raises:
        ValueError: the masks of a batch have different sizes.
    """
    found = [sample.get('pred_occlusion') for sample in data_samples or []]
    sizes = {mask.shape for mask in found if mask is not None}
    if len(sizes) > 1:
        raise ValueError(f'pred_occlusion has different sizes in one batch: {", ".join(str(tuple(size)) for size in sorted(sizes))}')
    if not sizes:
        return None
    nothing = torch.zeros(sizes.pop(), dtype=torch.bool, device=device)
    return torch.stack([nothing if mask is None else torch.as_tensor(mask).to(device) for mask in found]).flatten(1)
