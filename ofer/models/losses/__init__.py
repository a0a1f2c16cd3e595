from .consistency import ConsistencyLoss, consistency_loss
from .dare import DARELoss, dare_loss
from .landmark_wing import WingLoss, wing_loss
from .parsing_loss import ParsingLoss, dice_loss
from .relativistic import relativistic_loss
from .semantic_consistency import SemanticConsistencyLoss, semantic_consistency
from .staged import StagedLoss

__all__ = [
    'ConsistencyLoss',
    'DARELoss',
    'ParsingLoss',
    'SemanticConsistencyLoss',
    'StagedLoss',
    'WingLoss',
    'consistency_loss',
    'dare_loss',
    'dice_loss',
    'relativistic_loss',
    'semantic_consistency',
    'wing_loss',
]
