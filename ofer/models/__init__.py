"""Backbones, priors, necks, heads, losses, inpainters, and the recognizers that put them together."""

from .backbones import IRNet
from .heads import GatedLinearHead
from .inpainters import (
    CoherentSemanticAttention,
    ConventionalAssembly,
    HybridUNet,
    PatchDiscriminator,
    SelfAssembly,
    VGG16Features,
    assemble,
)
from .losses import (
    ConsistencyLoss,
    DARELoss,
    ParsingLoss,
    SemanticConsistencyLoss,
    StagedLoss,
    WingLoss,
    consistency_loss,
    dare_loss,
    dice_loss,
    relativistic_loss,
    semantic_consistency,
    wing_loss,
)
from .necks import MCM, SSGM, GridTokens
from .priors import LandmarkPrior, MobileFaceNet, ParsingPrior, SegFace
from .recognizers import FaceParser, HybridInpainter, LandmarkDetector, ORSANet

__all__ = [
    'MCM',
    'SSGM',
    'CoherentSemanticAttention',
    'ConsistencyLoss',
    'ConventionalAssembly',
    'DARELoss',
    'FaceParser',
    'GatedLinearHead',
    'GridTokens',
    'HybridInpainter',
    'HybridUNet',
    'IRNet',
    'LandmarkDetector',
    'LandmarkPrior',
    'MobileFaceNet',
    'ORSANet',
    'ParsingLoss',
    'ParsingPrior',
    'PatchDiscriminator',
    'SegFace',
    'SelfAssembly',
    'SemanticConsistencyLoss',
    'StagedLoss',
    'VGG16Features',
    'WingLoss',
    'assemble',
    'consistency_loss',
    'dare_loss',
    'dice_loss',
    'relativistic_loss',
    'semantic_consistency',
    'wing_loss',
]
