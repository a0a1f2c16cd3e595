"""Backbones, priors, necks, heads, losses, and the recognizers that put them together."""

from .backbones import IRNet, LatentEncoder, MaskedViT
from .heads import GatedLinearHead
from .inpainters import MaskedViTDecoder
from .losses import DARELoss, MaskedPatchLoss, ParsingLoss, StagedLoss, WingLoss, dare_loss, dice_loss, masked_patch_mse, wing_loss
from .necks import MCM, SSGM, GridTokens
from .occlusion import LatentOneClassSVM, PatchSVDD, ViTSVDD
from .priors import LandmarkPrior, LatentPrior, MobileFaceNet, ParsingPrior, SegFace
from .recognizers import FaceParser, LandmarkDetector, MaskedAutoencoder, OcclusionDetector, ORSANet

__all__ = [
    'MCM',
    'SSGM',
    'DARELoss',
    'FaceParser',
    'GatedLinearHead',
    'GridTokens',
    'IRNet',
    'LandmarkDetector',
    'LandmarkPrior',
    'LatentEncoder',
    'LatentOneClassSVM',
    'LatentPrior',
    'MaskedAutoencoder',
    'MaskedPatchLoss',
    'MaskedViT',
    'MaskedViTDecoder',
    'MobileFaceNet',
    'ORSANet',
    'OcclusionDetector',
    'ParsingLoss',
    'ParsingPrior',
    'PatchSVDD',
    'SegFace',
    'StagedLoss',
    'ViTSVDD',
    'WingLoss',
    'dare_loss',
    'dice_loss',
    'masked_patch_mse',
    'wing_loss',
]
