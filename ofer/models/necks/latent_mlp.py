"""A vector from the chosen latents of a face (Latent-OFER Sec. 3.3).

The published network lays 78 latents of fixed places end to end, so that each place has weights of its own, and spends 455 M parameters
on them (:class:`~ofer.models.LatentBoxMLP`). Here the places are chosen anew for each face. What stays is that a place has weights of its
own: an eyebrow's latent says something else than a chin's, which a mean over the chosen would blur. What goes is the width: a map that all
places share narrows each latent first, those not chosen become 0, and the whole grid goes through one layer. 1.63 M parameters for the
196 latents of ViT-B, 1/279 of the published ones.
"""

from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.registry import MODELS


def check_latents(latents: Tensor, dims: int, places: int) -> None:
    """See that latents fit.

    Args:
        latents: what was given as them.
        dims: ``D``.
        places: ``L``.

    Raises:
        ValueError: their shape is not ``(N, L, D)``.
    """
    if latents.ndim != 3 or latents.shape[1:] != (places, dims):
        raise ValueError(
            f'latents are {tuple(latents.shape)}, expected (N, {places}, {dims}): '
            'set grid and in_dims to those of the encoder, or take the encoder that they were set to'
        )


@MODELS.register_module()
class LatentMLP(BaseModule):
    """Narrow each latent, drop those not chosen, and mix the rest, each place with weights of its own.

    Args:
        in_dims: ``D`` of a latent.
        grid: latents a side, ``L = grid ** 2``.
        place_dims: what a latent is narrowed to.
        out_channels: of the result.
        dropout: share of the narrowed values that is dropped in training.
    """

    def __init__(
        self, in_dims: int = 768, grid: int = 14, place_dims: int = 32, out_channels: int = 256, dropout: float = 0.0,
        init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        self.in_dims, self.places, self.out_channels = in_dims, grid**2, out_channels
        self.narrow = nn.Sequential(nn.LayerNorm(in_dims), nn.Linear(in_dims, place_dims), nn.GELU(), nn.Dropout(dropout))
        self.mix = nn.Linear(self.places * place_dims, out_channels)
        self.norm = nn.LayerNorm(out_channels)  # the result's length does not tell how many were chosen

    def forward(self, latents: Tensor, chosen: Tensor) -> Tensor:
        """The vector of the chosen latents.

        Args:
            latents: ``(N, L, D)``.
            chosen: ``(N, L)`` bool, True = chosen; any number an image.

        Returns:
            ``(N, out_channels)``; 0 for an image of which no latent is chosen.

        Raises:
            ValueError: latents of another shape.
        """
        check_latents(latents, self.in_dims, self.places)
        narrowed = self.narrow(latents).masked_fill(~chosen[..., None], 0)
        return self.norm(self.mix(narrowed.flatten(1))).masked_fill(~chosen.any(1, keepdim=True), 0)
