from .dare import DARELoss, dare_loss
from .staged import StagedLoss

__all__ = ['DARELoss', 'StagedLoss', 'dare_loss']
