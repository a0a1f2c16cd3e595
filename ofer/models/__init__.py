"""Backbones, priors, necks, heads, losses, and the recognizers that put them together."""

from .backbones import IRNet, MaskedViT
from .heads import GatedLinearHead, PublishedLatentHead
from .inpainters import MaskedViTDecoder
from .losses import DARELoss, MaskedPatchLoss, ParsingLoss, StagedLoss, WingLoss, dare_loss, dice_loss, masked_patch_mse, wing_loss
from .necks import MCM, SSGM, CrossAttentionHeads, GridTokens, LatentBoxMLP, LatentMLP, activation_map, fuse_heads, select_keys
from .priors import LandmarkPrior, LatentPrior, MobileFaceNet, ParsingPrior, SegFace
from .recognizers import FaceParser, LandmarkDetector, LatentFER, MaskedAutoencoder, ORSANet

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
    'LatentFER',
    'LatentMLP',
    'LatentPrior',
    'MaskedAutoencoder',
    'MaskedPatchLoss',
    'MaskedViT',
    'MaskedViTDecoder',
    'MobileFaceNet',
    'ORSANet',
    'ParsingLoss',
    'ParsingPrior',
    'PublishedLatentHead',
    'SegFace',
    'StagedLoss',
    'WingLoss',
    'activation_map',
    'dare_loss',
    'dice_loss',
    'fuse_heads',
    'masked_patch_mse',
    'select_keys',
    'wing_loss',
]
