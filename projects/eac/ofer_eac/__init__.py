"""EAC: erasing attention consistency (Zhang et al., ECCV 2022)."""

from .model import EAC, class_maps, flip_consistency
from .resnet import CaffeResNet
from .views import PackViews, SecondView

__all__ = ['EAC', 'CaffeResNet', 'PackViews', 'SecondView', 'class_maps', 'flip_consistency']
