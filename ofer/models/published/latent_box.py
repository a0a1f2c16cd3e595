"""The published embedding of latents: those of a fixed box in the middle of the face, concatenated, through very wide layers.

The published code of Latent-OFER uses it instead of the selection described in the paper. Two properties are kept, because the weights
depend on them: there is no activation between the layers, so that in evaluation the 455 M parameters form one linear map; and the last of
the ten rows of the box has six places, not eight. The published latents have 512 channels: those of the first layer of the decoder of the
masked autoencoder.
"""

from collections.abc import Sequence

from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.models.necks.latent_mlp import check_latents
from ofer.registry import MODELS

PUBLISHED_BOX = tuple(14 * row + column for row in range(3, 13) for column in range(3, 11) if (row, column) not in ((12, 9), (12, 10)))
"""Places of the published box in the 14 x 14 grid. The published code counts from 1, since the class token precedes the latents."""


@MODELS.register_module()
class LatentBoxMLP(BaseModule):
    """Latents of fixed places, concatenated, through linear layers; BatchNorm after the second and the last.

    Args:
        in_dims: ``D`` of a latent.
        grid: latents per side, ``L = grid ** 2``.
        places: indices of the latents in raster order, from 0; default: the published box of 78.
        widths: widths of the four layers. The published network is 39936-10000-5000-1024-256, 455 M parameters: 1.8 GB.

    Raises:
        ValueError: a place outside of the grid.
    """

    def __init__(
        self, in_dims: int = 512, grid: int = 14, places: Sequence[int] = PUBLISHED_BOX, widths: Sequence[int] = (10000, 5000, 1024, 256),
        init_cfg: dict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        if not all(0 <= place < grid**2 for place in places):
            raise ValueError(f'places {min(places)} to {max(places)} are not in a grid of {grid} x {grid}')
        first, second, third, last = widths
        self.in_dims, self.grid, self.places, self.out_channels = in_dims, grid, list(places), last
        self.layers = nn.Sequential(
            nn.Linear(len(self.places) * in_dims, first),
            nn.Linear(first, second),
            nn.BatchNorm1d(second),
            nn.Linear(second, third),
            nn.Linear(third, last),
            nn.BatchNorm1d(last),
        )

    def forward(self, latents: Tensor, chosen: Tensor) -> Tensor:
        """The vector of the box.

        Args:
            latents: ``(N, L, D)``.
            chosen: ``(N, L)`` bool; latents that are not chosen count as 0.

        Returns:
            ``(N, out_channels)``; 0 for an image without a chosen latent in the box.

        Raises:
            ValueError: latents of another shape.
        """
        check_latents(latents, self.in_dims, self.grid**2)
        taken = chosen[:, self.places]
        box = latents[:, self.places].masked_fill(~taken[..., None], 0)
        return self.layers(box.flatten(1)).masked_fill(~taken.any(1, keepdim=True), 0)
