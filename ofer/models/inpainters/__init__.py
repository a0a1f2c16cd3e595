from .assembly import CoherentSemanticAttention, ConventionalAssembly, SelfAssembly, assemble
from .discriminator import PatchDiscriminator
from .unet import HybridUNet
from .vgg_features import VGG16Features

__all__ = [
    'CoherentSemanticAttention',
    'ConventionalAssembly',
    'HybridUNet',
    'PatchDiscriminator',
    'SelfAssembly',
    'VGG16Features',
    'assemble',
]
