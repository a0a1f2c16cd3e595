from .conv_stem_vit import ConvStemViT
from .face_pyramid import FacePyramid
from .ir import IRNet
from .latent_encoder import LatentEncoder
from .mae_vit import MaskedViT

__all__ = ['ConvStemViT', 'FacePyramid', 'IRNet', 'LatentEncoder', 'MaskedViT']
