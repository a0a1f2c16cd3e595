"""DACL: deep attentive center loss (Farzaneh and Qi, WACV 2021)."""

from .five_crops import OneOfFiveCrops
from .head import DACLHead
from .sparse_center_loss import center_gradient, sparse_center_loss

__all__ = ['DACLHead', 'OneOfFiveCrops', 'center_gradient', 'sparse_center_loss']
