"""The encoder of a masked autoencoder as a trainable backbone: its latents as a feature map."""

from mmengine.model import BaseModule
from torch import Tensor

from ofer.models.layers.patches import latent_map
from ofer.models.layers.weights import load_pretrained
from ofer.registry import MODELS


@MODELS.register_module()
class LatentEncoder(BaseModule):
    """Latents of all patches, ``(N, D, grid, grid)``, with trainable weights.

    :class:`~ofer.models.LatentPrior` is the frozen counterpart.

    Args:
        network: e.g. :class:`~ofer.models.MaskedViT`.
        checkpoint: file of a masked autoencoder, trained or converted with this library. None: initial weights.
        init_cfg: mmengine's initialisation.
    """

    def __init__(self, network: dict, checkpoint: str | None = None, init_cfg: dict | list | None = None) -> None:
        super().__init__(init_cfg)
        self.network = MODELS.build(network)
        self.checkpoint = checkpoint

    def init_weights(self) -> None:
        """Read ``checkpoint`` if one is given.

        Raises:
            FileNotFoundError: it is missing; the message states how to get it.
            ValueError: its parameters do not fit this network.
        """
        super().init_weights()
        if self.checkpoint is not None:
            remedy = 'Train a masked autoencoder first (configs/latent_ofer/latent_ofer_mae_*.py), or set checkpoint=None.'
            load_pretrained(self.network, self.checkpoint, remedy, part='encoder')

    def forward(self, images: Tensor) -> Tensor:
        """Images ``(N, 3, H, W)``, normalised as in the training of the encoder, to ``(N, D, grid, grid)``."""
        return latent_map(self.network(images), self.network.grid)
