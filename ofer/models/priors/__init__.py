from .landmark_prior import LandmarkPrior
from .latent_prior import LatentPrior
from .mobilefacenet import MobileFaceNet
from .parsing_prior import ParsingPrior
from .segface import SegFace

__all__ = ['LandmarkPrior', 'LatentPrior', 'MobileFaceNet', 'ParsingPrior', 'SegFace']
