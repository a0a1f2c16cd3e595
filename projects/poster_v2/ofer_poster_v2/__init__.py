"""POSTER V2: window cross-attention at three scales (Mao et al., 2023)."""

from .fusion import WindowFusion, WindowFusionPyramid
from .prior import LandmarkPyramidPrior

__all__ = ['LandmarkPyramidPrior', 'WindowFusion', 'WindowFusionPyramid']
