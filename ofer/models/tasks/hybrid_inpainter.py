"""Hybrid reconstruction (Latent-OFER Sec. 3.2): a coarse painter fills the hole, and a U-Net with self-assembly refines it.

::

    image, hole ── coarse ── pasted ──┐
              └─ mean colour ── pasted ── U-Net ── pasted ── reconstruction

Training alternates: the discriminators learn to distinguish true from painted faces, the U-Net minimises Eq. 5. L1 compares the whole
output of the U-Net, as published, and optionally the hole once more; all other terms take the final result, the input image with the hole
repainted.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import torch
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.masks import MASKED_SHARE, resize_mask
from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.true_faces import holes, true_images
from ofer.models.losses.relativistic import relativistic_loss
from ofer.registry import MODELS
from ofer.structures import FaceSample

Features = dict[str, Tensor]
IMAGE = 'image'


def hole_l1(images: Tensor, truth: Tensor, hole: Tensor) -> Tensor:
    """Mean absolute difference over the pixels of all holes of a batch.

    Args:
        images: ``(N, C, H, W)``.
        truth: ``(N, C, H, W)``.
        hole: ``(N, H, W)`` bool.

    Returns:
        A scalar; 0 if there is no hole.
    """
    inside = hole.unsqueeze(1)
    return ((images - truth).abs() * inside).sum() / (inside.sum() * images.shape[1]).clamp(min=1)


@contextmanager
def _frozen(module: nn.Module) -> Iterator[None]:
    """Inside, the parameters of a module get no gradients."""
    module.requires_grad_(False)
    try:
        yield
    finally:
        module.requires_grad_(True)


@MODELS.register_module()
class HybridInpainter(BaseModel):
    """The painter with its losses.

    Its optimisers are ``generator`` and, if the model has discriminators, ``discriminators``: see
    :class:`~ofer.engine.optim_wrappers.PartsOptimWrapperConstructor`.

    Args:
        generator: :class:`~ofer.models.HybridUNet`. None: the coarse result is final, and there is nothing to train.
        data_preprocessor: normalises; mmpretrain's ``ClsDataPreprocessor`` with mean and std for RGB in [0, 255].
        coarse: first stage, e.g. a masked autoencoder: any module with ``reconstruct(images (N, 3, H, W), mask (N, L) bool)`` that
            returns images of the same shape; ``mask`` marks hidden patches in raster order. If it has a ``data_preprocessor`` of its own,
            images are normalised by it. Frozen. None: the mean colour is the coarse result.
        coarse_size: input height and width of ``coarse``, pixels; None: images are not resized.
        patch_size: side of the patches of ``coarse``, pixels.
        hidden_share: a patch is hidden from ``coarse`` if the hole covers more than this share of it, in [0, 1). The covered part of a
            visible patch has the mean colour in the coarse result.
        perceptual: :class:`~ofer.models.VGG16Features`, for the terms that need it.
        discriminators: config of each :class:`~ofer.models.PatchDiscriminator` by its input: ``image``, or a layer of ``perceptual``.
        consistency: :class:`~ofer.models.ConsistencyLoss`.
        semantic: :class:`~ofer.models.SemanticConsistencyLoss`.
        reconstruction_weight: weight of L1 (lambda_re of Eq. 5).
        hole_weight: weight of a further L1, of the hole alone, which is a small part of the image; not in the paper.
        adversarial_weight: weight of the term of each discriminator (lambda_d of Eq. 5).

    Raises:
        ValueError: a term that needs ``perceptual`` without it, or a preprocessor that cannot be inverted.
    """

    optional_parts: ClassVar = ('generator', 'coarse', 'perceptual', 'discriminators', 'semantic')
    """Parts that a checkpoint may contain although the config disables them."""

    recordable: ClassVar = True
    """``train_step`` runs the same code for every batch of a size: :class:`~ofer.engine.hooks.RecordedStepHook` may record it."""

    def __init__(
        self, generator: dict | None, data_preprocessor: dict, coarse: dict | None = None, coarse_size: int | None = None,
        patch_size: int = 16, hidden_share: float = MASKED_SHARE, perceptual: dict | None = None,
        discriminators: Mapping[str, dict] | None = None, consistency: dict | None = None,
        semantic: dict | None = None, reconstruction_weight: float = 1.0, adversarial_weight: float = 0.002,
        init_cfg: dict | None = None, hole_weight: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        self.input_format = InputFormat.of(self.data_preprocessor, 'HybridInpainter')
        self.generator = MODELS.build(generator) if generator else None
        self.coarse = MODELS.build(coarse).requires_grad_(False).eval() if coarse else None
        own = getattr(self.coarse, 'data_preprocessor', None)
        known = hasattr(own, 'mean')  # a painter without a format gets unchanged images
        self.outer_format = self.input_format if known else InputFormat()
        self.coarse_format = InputFormat.of(own, 'coarse', coarse_size) if known else InputFormat(coarse_size)
        self.coarse_size, self.patch_size, self.hidden_share = coarse_size, patch_size, hidden_share
        self.perceptual = MODELS.build(perceptual) if perceptual else None
        self.discriminators = nn.ModuleDict({name: MODELS.build(config) for name, config in (discriminators or {}).items()})
        self.consistency = MODELS.build(consistency) if consistency else None
        self.semantic = MODELS.build(semantic) if semantic else None
        self.reconstruction_weight, self.adversarial_weight, self.hole_weight = reconstruction_weight, adversarial_weight, hole_weight
        if self.perceptual is None and (self.consistency is not None or set(self.discriminators) - {IMAGE}):
            raise ValueError('consistency and discriminators of features need perceptual, the network whose features they compare')

    def train(self, mode: bool = True) -> 'HybridInpainter':
        """Set the mode; ``coarse`` stays in evaluation mode."""
        super().train(mode)
        if self.coarse is not None:
            self.coarse.eval()
        return self

    def hidden_patches(self, mask: Tensor, height: int, width: int) -> Tensor | None:
        """Patches that are hidden from the first stage.

        A mask on the grid of the first stage is taken unchanged. With any other mask, patches are hidden if it covers more than
        ``hidden_share`` of them.

        Args:
            mask: ``(N, h, w)`` bool, True = to be repainted: of pixels, or of patches.
            height: of the images, pixels.
            width: of the images, pixels.

        Returns:
            ``(N, grid, grid)`` bool, True = hidden; None without a first stage.
        """
        if self.coarse is None:
            return None
        rows, columns = ((self.coarse_size or side) // self.patch_size for side in (height, width))
        return resize_mask(mask, rows, columns, self.hidden_share)

    @torch.no_grad()
    def paint_coarsely(self, images: Tensor, hole: Tensor, hidden: Tensor | None = None) -> Tensor:
        """The first stage alone.

        Args:
            images: ``(N, 3, H, W)``, normalised.
            hole: ``(N, H, W)`` bool, True = to be repainted.
            hidden: ``(N, grid, grid)`` bool, True = hidden from the first stage; default: :meth:`hidden_patches` of ``hole``.

        Returns:
            ``(N, 3, H, W)``, normalised: ``images`` with the hole painted.
        """
        inside = hole.unsqueeze(1)
        filled = images.masked_fill(inside, 0)  # 0 is the mean colour after normalisation
        if self.coarse is None:
            return filled
        size = filled.shape[2:]
        given = self.coarse_format.convert(self.outer_format.pixels(filled))
        hidden = self.hidden_patches(hole, *size) if hidden is None else hidden
        assert hidden is not None
        painted = F.interpolate(self.coarse.reconstruct(given, hidden.flatten(1)), size=size, mode='bilinear', antialias=True)
        return torch.where(inside, self.outer_format.convert(self.coarse_format.pixels(painted)), images)

    def reconstruct(self, images: Tensor, hole: Tensor, coarse: Tensor | None = None) -> Tensor:
        """Repaint the hole.

        Args:
            images: ``(N, 3, H, W)``, normalised.
            hole: ``(N, H, W)`` bool, True = to be repainted.
            coarse: ``(N, 3, H, W)``, normalised, e.g. from :meth:`paint_coarsely`; default: computed.

        Returns:
            ``(N, 3, H, W)``, normalised; exactly ``images`` outside the hole.
        """
        coarse = self.paint_coarsely(images, hole) if coarse is None else coarse
        pasted = torch.where(hole.unsqueeze(1), coarse, images)
        return pasted if self.generator is None else self._paint(images, hole, pasted)[0]

    def _paint(self, images: Tensor, hole: Tensor, pasted: Tensor) -> tuple[Tensor, Any]:
        if self.generator is None:
            raise ValueError('HybridInpainter has no generator: there is nothing to train')
        inside = hole.unsqueeze(1)
        painting = self.generator(torch.cat([pasted, images.masked_fill(inside, 0)], dim=1), hole)
        return torch.where(inside, painting.image, images), painting

    def forward(
        self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor'
    ) -> Tensor | dict[str, Tensor] | list[FaceSample]:
        """Run the network.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: with ``hole`` ``(H, W)``; and, for ``'loss'``, ``gt_image`` ``(3, H, W)`` if the input is not the true face.
            mode: ``'tensor'``: reconstructions ``(N, 3, H, W)``, normalised; ``'loss'``: dict of the generator's losses; ``'predict'``:
                samples with ``coarse_image`` and ``pred_image`` ``(3, H, W)``, RGB in [0, 1]; and ``direct_image``, what the generator
                paints of the whole image, inside and outside of the hole.

        Raises:
            ValueError: unknown mode, no holes, or holes of another size than the images.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        hole = holes(inputs, data_samples)
        assert data_samples is not None
        if mode == 'tensor':
            return self.reconstruct(inputs, hole)
        if mode == 'loss':
            return self.generator_losses(inputs, hole, true_images(inputs, data_samples, self.input_format))[0]
        coarse = self.paint_coarsely(inputs, hole)
        painted, painting = (coarse, None) if self.generator is None else self._paint(inputs, hole, coarse)
        for sample, first, final in zip(data_samples, self._pictures(coarse), self._pictures(painted), strict=True):
            sample.coarse_image, sample.pred_image = first, final
        if painting is not None:
            for sample, direct in zip(data_samples, self._pictures(painting.image), strict=True):
                sample.direct_image = direct
        return data_samples

    def _pictures(self, images: Tensor) -> Tensor:
        return self.input_format.pixels(images).clamp(0, 1)

    def views(self, images: Tensor) -> Features:
        """Inputs of losses and discriminators: ``image``, and the layers of ``perceptual``."""
        seen = self.perceptual(self.input_format.pixels(images)) if self.perceptual is not None else {}
        return {IMAGE: images, **seen}

    def generator_losses(self, images: Tensor, hole: Tensor, truth: Tensor) -> tuple[dict[str, Tensor], Features, Features]:
        """Eq. 5 without its adversarial part.

        Args:
            images: ``(N, 3, H, W)``, normalised.
            hole: ``(N, H, W)`` bool, True = to be repainted.
            truth: ``(N, 3, H, W)``, normalised.

        Returns:
            Losses by name, and the :meth:`views` of the painted faces, with their graph, and of the true ones.
        """
        painted, painting = self._paint(images, hole, self.paint_coarsely(images, hole))
        losses = dict(loss_l1=self.reconstruction_weight * F.l1_loss(painting.image, truth))
        if self.hole_weight:
            losses['loss_l1_hole'] = self.hole_weight * hole_l1(painting.image, truth, hole)
        with torch.no_grad():
            true_views = self.views(truth)
        if self.consistency is not None:
            target = true_views[self.consistency.layer]
            losses['loss_consistency'] = self.consistency(painting.before, painting.after, target, painting.mask)
        if self.semantic is not None:
            pixels = (self.input_format.pixels(faces) for faces in (painted, truth))
            losses['loss_semantic'] = self.semantic(*pixels)
        painted_views = self.views(painted) if self.discriminators else {}
        return losses, painted_views, true_views

    def train_step(self, data: Any, optim_wrapper: OptimWrapperDict) -> dict[str, Tensor]:
        """One step of the discriminators, then one of the generator.

        Args:
            data: a batch of the data loader.
            optim_wrapper: optimisers ``generator`` and, if the model has discriminators, ``discriminators``.

        Returns:
            Values for the log; ``loss`` is the generator's.
        """
        data = self.data_preprocessor(data, training=True)
        images, samples = data['inputs'], data['data_samples']
        return self.update(images, holes(images, samples), true_images(images, samples, self.input_format), optim_wrapper)

    def update(self, images: Tensor, hole: Tensor, truth: Tensor, optim_wrapper: OptimWrapperDict) -> dict[str, Tensor]:
        """:meth:`train_step` on tensors; arguments as for :meth:`generator_losses`."""
        with optim_wrapper['generator'].optim_context(self):
            losses, painted, true = self.generator_losses(images, hole, truth)
        self.parse_losses(losses)  # checks that losses are finite before any step
        log = self._train_discriminators(painted, true, optim_wrapper) if self.discriminators else {}
        with _frozen(self.discriminators):
            with optim_wrapper['generator'].optim_context(self):  # in the same precision as its inputs
                for name, discriminator in self.discriminators.items():
                    scores = discriminator(painted[name]), discriminator(true[name])
                    losses[f'loss_adversarial_{name}'] = self.adversarial_weight * relativistic_loss(*scores)
            total, own_log = self.parse_losses(losses)
            optim_wrapper['generator'].update_params(total)
        return log | own_log

    def _train_discriminators(self, painted: Features, true: Features, optim_wrapper: OptimWrapperDict) -> dict[str, Tensor]:
        losses = {}
        with optim_wrapper['discriminators'].optim_context(self):
            for name, discriminator in self.discriminators.items():
                scores = discriminator(true[name]), discriminator(painted[name].detach())
                losses[f'loss_discriminator_{name}'] = relativistic_loss(*scores)
        total, log = self.parse_losses(losses)
        optim_wrapper['discriminators'].update_params(total)
        return {name: value for name, value in log.items() if name != 'loss'}
