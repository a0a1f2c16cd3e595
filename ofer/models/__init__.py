"""Backbones, priors, necks, heads, losses, and the recognizers that put them together."""

from .backbones import IRNet, LatentEncoder, MaskedViT
from .heads import GatedLinearHead, PublishedLatentHead
from .inpainters import MaskedViTDecoder
from .losses import DARELoss, MaskedPatchLoss, ParsingLoss, StagedLoss, WingLoss, dare_loss, dice_loss, masked_patch_mse, wing_loss
from .necks import MCM, SSGM, CrossAttentionHeads, GridTokens, LatentBoxMLP, LatentMLP, activation_map, fuse_heads, select_keys
from .occlusion import LatentOneClassSVM, PatchSVDD, ViTSVDD
from .priors import LandmarkPrior, LatentPrior, MobileFaceNet, ParsingPrior, SegFace
from .recognizers import FaceParser, LandmarkDetector, LatentFER, MaskedAutoencoder, OcclusionDetector, ORSANet

__all__ = [
    'MCM',
    'SSGM',
    'CrossAttentionHeads',
    'DARELoss',
    'FaceParser',
    'GatedLinearHead',
    'GridTokens',
    'IRNet',
    'LandmarkDetector',
    'LandmarkPrior',
    'LatentBoxMLP',
    'LatentEncoder',
    'LatentFER',
    'LatentMLP',
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
    'PublishedLatentHead',
    'SegFace',
    'StagedLoss',
    'ViTSVDD',
    'WingLoss',
    'activation_map',
    'dare_loss',
    'dice_loss',
    'fuse_heads',
    'masked_patch_mse',
    'select_keys',
    'wing_loss',
]
