"""The latents of a frozen masked autoencoder: one vector per patch, for occlusion detectors and expression recognisers."""

from typing import ClassVar

import torch
from torch import Tensor

from ofer.models.layers.input_format import IMAGENET_MEAN, IMAGENET_STD, InputFormat
from ofer.models.layers.patches import latent_map
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import MODELS


@MODELS.register_module()
class LatentPrior(FrozenPrior):
    """Frozen encoder of a masked autoencoder; returns the latents of all patches as a map ``(N, D, grid, grid)``.

    Default format: RGB, ImageNet mean and deviation, 224 pixels; a smaller encoder needs ``input_format=dict(size=...)``.
    """

    formats: ClassVar = {'default': InputFormat(224, IMAGENET_MEAN, IMAGENET_STD)}
    part: ClassVar = 'encoder'
    remedy: ClassVar = (
        'Train a masked autoencoder with configs/latent_ofer/latent_ofer_mae_*.py, or convert a published one with '
        '`ofer convert mae SRC DST`, and name its file as checkpoint of the latents.'
    )

    @property
    def out_channels(self) -> int:
        return self.network.embed_dims

    @torch.no_grad()
    def latents(self, pixels: Tensor, mask: Tensor | None = None) -> Tensor:
        """One vector per patch.

        Args:
            pixels: ``(N, 3, H, W)``, RGB in [0, 1].
            mask: ``(N, L)`` bool, True = hidden; latents of the other patches, computed without the hidden ones. None: of all patches.

        Returns:
            ``(N, L, D)`` in raster order, without a graph; 0 for hidden patches.

        Raises:
            ValueError: a mask of another size.
        """
        return self._encode(self.input_format.convert(pixels), mask)[:, 1:]

    def _extract(self, images: Tensor) -> Tensor:
        return latent_map(self._encode(images), self.network.grid)

    def _encode(self, images: Tensor, mask: Tensor | None = None) -> Tensor:
        """``(N, 1 + L, out_channels)`` of converted images: the class token, then the patches; 0 for hidden patches."""
        return self.network(images) if mask is None else self.network(images, mask)

    @torch.no_grad()
    def predict(self, pixels: Tensor) -> Tensor:
        """``(N, grid, grid)``: length of each latent, for pictures."""
        return self(pixels).norm(dim=1)
