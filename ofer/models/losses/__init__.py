from .dare import DARELoss, dare_loss
from .landmark_wing import WingLoss, wing_loss
from .parsing_loss import ParsingLoss, dice_loss
from .staged import StagedLoss

__all__ = ['DARELoss', 'ParsingLoss', 'StagedLoss', 'WingLoss', 'dare_loss', 'dice_loss', 'wing_loss']
