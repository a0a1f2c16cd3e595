from .landmark_prior import LandmarkPrior
from .mobilefacenet import MobileFaceNet
from .parsing_prior import ParsingPrior
from .segface import SegFace

__all__ = ['LandmarkPrior', 'MobileFaceNet', 'ParsingPrior', 'SegFace']
