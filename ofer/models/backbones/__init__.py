from .conv_stem_vit import ConvStemViT
from .face_pyramid import FacePyramid
from .ir import IRNet
from .mae_vit import MaskedViT

__all__ = ['ConvStemViT', 'FacePyramid', 'IRNet', 'MaskedViT']
