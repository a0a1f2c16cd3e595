from .conv_stem_vit import ConvStemViT
from .ir import IRNet
from .latent_encoder import LatentEncoder
from .mae_vit import MaskedViT

__all__ = ['ConvStemViT', 'IRNet', 'LatentEncoder', 'MaskedViT']
