"""The masked autoencoder (MAE, He et al., CVPR 2022): the first stage of Latent-OFER and its coarse painter.

It learns to paint random hidden patches. In the pipeline, the patches that a detector flags as occluded are hidden (their number may differ
between images), and the painted patches replace them. Parameters are named as in the published files (see :mod:`ofer.convert.published`).

Published files come from two trainings: most predict patches that are normalised, each by its own mean and deviation (``norm_pix``), which
makes better latents; a few predict pixels. The pixels of a normalised patch depend on its mean and deviation, which are unknown for a
hidden patch. The published demonstrations take them from the hidden truth; here they are estimated from nearby visible patches.
"""

from typing import Any

import torch
from mmengine.model import BaseModel
from torch import Tensor

from ofer.masks import resize_mask
from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.patches import check_mask, grid_side, mask_to_pixels, patchify, random_mask, unpatchify
from ofer.models.layers.true_faces import holes, true_images
from ofer.models.layers.weights import load_pretrained
from ofer.registry import MODELS
from ofer.structures import FaceSample

EPS = 1e-6
REMEDY = (
    'Train a masked autoencoder first (configs/latent_ofer/latent_ofer_mae_*.py), '
    'or convert a published one with `ofer convert mae SRC DST`.'
)


def normalize_patches(patches: Tensor) -> Tensor:
    """Normalise each patch ``(..., P)`` to mean 0 and variance 1 over its values, as in the published training."""
    return (patches - patches.mean(-1, keepdim=True)) / (patches.var(-1, keepdim=True) + EPS) ** 0.5


def borrowed_statistics(patches: Tensor, mask: Tensor, reach: float = 1.0) -> tuple[Tensor, Tensor]:
    """Estimate mean and deviation of hidden patches by averages over the visible ones, weighted by a Gaussian of the distance.

    Args:
        patches: ``(N, L, P)`` on a square grid; the hidden ones are not read.
        mask: ``(N, L)`` bool, True = hidden.
        reach: standard deviation of the Gaussian, in patches. The weights sum to 1 at any distance.

    Returns:
        Mean and deviation, ``(N, L, 1)`` each; 0 and 1 for an image without visible patches.
    """
    side = grid_side(mask.shape[1])
    axis = torch.arange(side, device=patches.device, dtype=patches.dtype)
    places = torch.cartesian_prod(axis, axis)
    closeness = -torch.cdist(places, places).square() / (2 * reach**2)
    lowest = torch.finfo(patches.dtype).min
    weights = closeness.expand(mask.shape[0], -1, -1).masked_fill(mask[:, None, :], lowest).softmax(-1)
    mean = weights @ patches.mean(-1, keepdim=True)
    deviation = (weights @ patches.var(-1, keepdim=True) + EPS) ** 0.5
    blind = mask.all(1)[:, None, None]
    return mean.masked_fill(blind, 0), deviation.masked_fill(blind, 1)


@MODELS.register_module()
class MaskedAutoencoder(BaseModel):
    """Encoder of the visible patches, decoder of all patches.

    Args:
        encoder: e.g. :class:`~ofer.models.MaskedViT`: images and mask to ``(N, 1 + L, D)``.
        decoder: e.g. :class:`~ofer.models.MaskedViTDecoder`: latents and mask to patches ``(N, L, P)``.
        loss: loss of predicted patches, true ones and mask, e.g. :class:`~ofer.models.MaskedPatchLoss`.
        data_preprocessor: normalises; mmpretrain's ``ClsDataPreprocessor`` with mean and std for RGB in [0, 255].
        mask_ratio: share of hidden patches if no mask is given.
        norm_pix: the decoder predicts patches that are normalised one by one. Saved with the weights: the value in a file takes precedence.
        checkpoint: file of its weights, from training or ``ofer convert``; read by ``init_weights()``. None: initial weights.

    Raises:
        ValueError: ``mask_ratio`` is not in [0, 1], or a preprocessor that cannot be inverted.
    """

    norm_pix: Tensor

    def __init__(
        self, encoder: dict, decoder: dict, loss: dict, data_preprocessor: dict, mask_ratio: float = 0.75, norm_pix: bool = False,
        checkpoint: str | None = None, init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        self.input_format = InputFormat.of(self.data_preprocessor, 'MaskedAutoencoder')
        if not 0 <= mask_ratio <= 1:
            raise ValueError(f'mask_ratio={mask_ratio}: expected a share of the patches in [0, 1]')
        self.encoder = MODELS.build(encoder)
        self.decoder = MODELS.build(decoder)
        self.loss = MODELS.build(loss)
        self.mask_ratio = mask_ratio
        self.register_buffer('norm_pix', torch.tensor(float(norm_pix)))
        self._normalised = bool(norm_pix)  # without reading a tensor in each step
        self.checkpoint = checkpoint

    def init_weights(self) -> None:
        """Read ``checkpoint`` if one is given.

        Raises:
            FileNotFoundError: it is missing; the message states how to get it.
            ValueError: its parameters do not fit this network.
        """
        super().init_weights()
        if self.checkpoint is not None:
            load_pretrained(self, self.checkpoint, REMEDY)

    def _load_from_state_dict(self, *args: Any) -> None:
        super()._load_from_state_dict(*args)
        self._normalised = bool(self.norm_pix)

    @property
    def num_patches(self) -> int:
        """Number of patches of an image (``L``)."""
        return self.encoder.grid**2

    def latents(self, images: Tensor, mask: Tensor | None = None) -> Tensor:
        """Latents of the encoder.

        Args:
            images: ``(N, 3, H, W)``, normalised.
            mask: ``(N, L)`` bool, True = hidden; latents of the other patches only. None: of all patches.

        Returns:
            ``(N, L, D)`` in raster order; 0 for hidden patches.

        Raises:
            ValueError: images or a mask of another size.
        """
        return self.encoder(images, mask)[:, 1:]

    def predict_patches(self, images: Tensor, mask: Tensor) -> Tensor:
        """The decoder's output, ``(N, L, P)``; arguments as for :meth:`reconstruct`."""
        return self.decoder(self.encoder(images, mask), mask)

    def reconstruct(self, images: Tensor, mask: Tensor) -> Tensor:
        """Paint the hidden patches into the images.

        Args:
            images: ``(N, 3, H, W)``, normalised; hidden patches are not read.
            mask: ``(N, L)`` bool, True = hidden; any number per image.

        Returns:
            ``(N, 3, H, W)``, normalised as ``images``; visible pixels are unchanged.

        Raises:
            ValueError: images or a mask of another size.
        """
        patch_size = self.decoder.patch_size
        patches = self.predict_patches(images, mask)
        if self._normalised:
            mean, deviation = borrowed_statistics(patchify(images, patch_size), mask)
            patches = patches * deviation + mean
        return torch.where(mask_to_pixels(mask, patch_size), unpatchify(patches, patch_size).to(images.dtype), images)

    def forward(
        self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor', mask: Tensor | None = None
    ) -> Tensor | dict[str, Tensor] | list[FaceSample]:
        """Run the network.

        Args:
            inputs: ``(N, 3, H, W)``, normalised.
            data_samples: filled by ``'predict'``; optional. For ``'loss'``, ``gt_image`` is the target if the input is not the true face.
            mode: ``'tensor'``: latents ``(N, L, D)`` of the visible patches; ``'loss'``: dict of losses; ``'predict'``: samples with
                ``pred_image`` and ``hidden_patches``.
            mask: ``(N, L)`` bool, True = hidden. Without it, ``'tensor'`` hides nothing, ``'loss'`` hides the ``hole`` ``(H, W)`` of
                the samples or, if they have none, draws from torch's generator, and ``'predict'`` takes each sample's ``pred_occlusion``
                ``(grid, grid)`` or else draws from its ``sample_idx`` alone.

        Raises:
            ValueError: unknown mode, images or a mask of another size.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        if mode == 'tensor':
            return self.latents(inputs, mask)
        if mode == 'loss':
            if mask is None:
                mask = self._training_mask(inputs, data_samples)
            target = patchify(true_images(inputs, data_samples, self.input_format), self.decoder.patch_size)
            target = normalize_patches(target) if self._normalised else target
            return dict(loss=self.loss(self.predict_patches(inputs, mask), target, mask))
        samples = [FaceSample() for _ in inputs] if data_samples is None else data_samples
        if mask is None:
            mask = torch.stack([self._mask_of(sample, index) for index, sample in enumerate(samples)]).to(inputs.device)
        grid = grid_side(mask.shape[1])
        painted = self.reconstruct(inputs, mask)
        pixels = self.input_format.pixels(painted)
        for sample, image, hidden in zip(samples, pixels.detach().clamp(0, 1), mask, strict=True):
            sample.pred_image = image
            sample.hidden_patches = hidden.view(grid, grid)
        return samples

    def _training_mask(self, inputs: Tensor, data_samples: list[FaceSample] | None) -> Tensor:
        if data_samples and 'hole' in data_samples[0]:
            grid = grid_side(self.num_patches)
            return resize_mask(holes(inputs, data_samples), grid, grid).flatten(1)
        return random_mask(len(inputs), self.num_patches, self.mask_ratio, device=inputs.device)

    def _mask_of(self, sample: FaceSample, index: int) -> Tensor:
        if 'pred_occlusion' in sample:
            mask = sample.pred_occlusion.flatten()
            check_mask(mask[None], 1, self.num_patches)
            return mask.cpu()
        generator = torch.Generator().manual_seed(int(sample.get('sample_idx', index)))
        return random_mask(1, self.num_patches, self.mask_ratio, generator)[0]
