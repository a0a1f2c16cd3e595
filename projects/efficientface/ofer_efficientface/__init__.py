"""EfficientFace: a light network trained on label distributions (Zhao et al., AAAI 2021)."""

from .backbone import EfficientFace
from .classifier import DistributionClassifier, distribution_loss
from .teacher import ExpressionTeacher

__all__ = ['DistributionClassifier', 'EfficientFace', 'ExpressionTeacher', 'distribution_loss']
