"""The latents of Latent-OFER's published recognition network: a masked autoencoder's, narrowed by the first layer of its decoder.

The paper says ViT latents; the published code stores what the decoder's embedding makes of them, 512 values a patch instead of 768.
"""

from torch import Tensor, nn

from ofer.models.layers.weights import load_pretrained
from ofer.models.priors.latent_prior import LatentPrior
from ofer.registry import MODELS


@MODELS.register_module()
class NarrowedLatentPrior(LatentPrior):
    """Frozen encoder of a masked autoencoder, and the linear layer of the decoder that its latents enter by.

    Args:
        network: the encoder, e.g. :class:`~ofer.models.MaskedViT`.
        out_dims: values of a narrowed latent; those of the decoder's tokens.
        input_format: as in :class:`~ofer.models.LatentPrior`.
        checkpoint: file of the whole masked autoencoder.
    """

    def __init__(self, network: dict, out_dims: int = 512, input_format: dict | str = 'default', checkpoint: str | None = None) -> None:
        super().__init__(network, input_format, checkpoint)
        self.narrow = nn.Linear(self.network.embed_dims, out_dims).requires_grad_(False)
        self.eval()

    @property
    def out_channels(self) -> int:
        return self.narrow.out_features

    def init_weights(self) -> None:
        """Read encoder and embedding from ``checkpoint``; see the base class."""
        super().init_weights()
        if self.checkpoint is not None:
            load_pretrained(self.narrow, self.checkpoint, self.remedy, part='decoder.embed')

    def _encode(self, images: Tensor, mask: Tensor | None = None) -> Tensor:
        narrowed = self.narrow(super()._encode(images, mask))
        if mask is not None:
            narrowed[:, 1:].masked_fill_(mask.to(narrowed.device)[..., None], 0)
        return narrowed
