"""RUL: relative uncertainty learning (Zhang et al., NeurIPS 2021)."""

from .head import RULHead
from .uncertainty import mix_by_uncertainty, uncertainty

__all__ = ['RULHead', 'mix_by_uncertainty', 'uncertainty']
