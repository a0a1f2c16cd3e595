from .dare import DARELoss, dare_loss
from .landmark_wing import WingLoss, wing_loss
from .masked_patch import MaskedPatchLoss, masked_patch_mse
from .parsing_loss import ParsingLoss, dice_loss
from .staged import StagedLoss

__all__ = [
    'DARELoss',
    'MaskedPatchLoss',
    'ParsingLoss',
    'StagedLoss',
    'WingLoss',
    'dare_loss',
    'dice_loss',
    'masked_patch_mse',
    'wing_loss',
]
