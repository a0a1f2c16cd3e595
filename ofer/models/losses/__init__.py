from .consistency import ConsistencyLoss, consistency_loss
from .dare import DARELoss, dare_loss
from .face_detection import FaceDetectionLoss
from .landmark_wing import WingLoss, wing_loss
from .masked_patch import MaskedPatchLoss, masked_patch_mse
from .parsing_loss import ParsingLoss, dice_loss
from .relativistic import relativistic_loss
from .scheduled import ScheduledLoss
from .semantic_consistency import SemanticConsistencyLoss, semantic_consistency

__all__ = [
    'ConsistencyLoss',
    'DARELoss',
    'FaceDetectionLoss',
    'MaskedPatchLoss',
    'ParsingLoss',
    'ScheduledLoss',
    'SemanticConsistencyLoss',
    'WingLoss',
    'consistency_loss',
    'dare_loss',
    'dice_loss',
    'masked_patch_mse',
    'relativistic_loss',
    'semantic_consistency',
    'wing_loss',
]
