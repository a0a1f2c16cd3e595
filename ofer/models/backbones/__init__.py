from .ir import IRNet
from .latent_encoder import LatentEncoder
from .mae_vit import MaskedViT

__all__ = ['IRNet', 'LatentEncoder', 'MaskedViT']
