"""Backbones, priors, necks, heads, losses, and the recognizers that put them together."""

from .backbones import IRNet
from .heads import GatedLinearHead
from .losses import DARELoss, ParsingLoss, StagedLoss, WingLoss, dare_loss, dice_loss, wing_loss
from .necks import MCM, SSGM, GridTokens
from .priors import LandmarkPrior, MobileFaceNet, ParsingPrior, SegFace
from .recognizers import FaceParser, LandmarkDetector, ORSANet

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
    'MobileFaceNet',
    'ORSANet',
    'ParsingLoss',
    'ParsingPrior',
    'SegFace',
    'StagedLoss',
    'WingLoss',
    'dare_loss',
    'dice_loss',
    'wing_loss',
]
