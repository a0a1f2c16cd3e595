from .assembly import CoherentSemanticAttention, ConventionalAssembly, SelfAssembly, assemble
from .discriminator import PatchDiscriminator
from .mae_decoder import MaskedViTDecoder
from .unet import HybridUNet
from .vgg_features import VGG16Features

__all__ = [
    'CoherentSemanticAttention',
    'ConventionalAssembly',
    'HybridUNet',
    'MaskedViTDecoder',
    'PatchDiscriminator',
    'SelfAssembly',
    'VGG16Features',
    'assemble',
]
