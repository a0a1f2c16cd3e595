"""A vector from the chosen latents of a face (Latent-OFER Sec. 3.3).

The published network concatenates 78 latents of fixed places, so that each place has weights of its own, with 455 M parameters
(:class:`~ofer.models.LatentBoxMLP`). Here the places are chosen for each face. Each place keeps weights of its own, because a mean over the
chosen latents would lose the difference between an eyebrow and a chin. The width is smaller: a linear map shared by all places reduces each
latent first, latents that are not chosen become 0, and one layer takes the whole grid. 1.63 M parameters for the 196 latents of ViT-B,
1/279 of the published ones.
"""

from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.registry import MODELS


def check_latents(latents: Tensor, dims: int, places: int) -> None:
    """Check the shape of latents.

    Args:
        latents: the tensor to check.
        dims: ``D``.
        places: ``L``.

    Raises:
        ValueError: their shape is not ``(N, L, D)``.
    """
    if latents.ndim != 3 or latents.shape[1:] != (places, dims):
        raise ValueError(
            f'latents are {tuple(latents.shape)}, expected (N, {places}, {dims}): '
            'set grid and in_dims to those of the encoder, or use the encoder that they belong to'
        )


@MODELS.register_module()
class LatentMLP(BaseModule):
    """Reduce each latent, set those not chosen to 0, and combine the others with separate weights for each place.

    Args:
        in_dims: ``D`` of a latent.
        grid: latents per side, ``L = grid ** 2``.
        place_dims: channels of a reduced latent.
        out_channels: channels of the result.
        dropout: probability of dropping a reduced value in training.
    """

    def __init__(
        self, in_dims: int = 768, grid: int = 14, place_dims: int = 32, out_channels: int = 256, dropout: float = 0.0,
        init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        self.in_dims, self.places, self.out_channels = in_dims, grid**2, out_channels
        self.narrow = nn.Sequential(nn.LayerNorm(in_dims), nn.Linear(in_dims, place_dims), nn.GELU(), nn.Dropout(dropout))
        self.mix = nn.Linear(self.places * place_dims, out_channels)
        self.norm = nn.LayerNorm(out_channels)  # removes the effect of the number of chosen latents on the norm

    def forward(self, latents: Tensor, chosen: Tensor) -> Tensor:
        """The vector of the chosen latents.

        Args:
            latents: ``(N, L, D)``.
            chosen: ``(N, L)`` bool, True = chosen; any number per image.

        Returns:
            ``(N, out_channels)``; 0 for an image without a chosen latent.

        Raises:
            ValueError: latents of another shape.
        """
        check_latents(latents, self.in_dims, self.places)
        narrowed = self.narrow(latents).masked_fill(~chosen[..., None], 0)
        return self.norm(self.mix(narrowed.flatten(1))).masked_fill(~chosen.any(1, keepdim=True), 0)
