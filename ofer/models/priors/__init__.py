from .landmark_prior import LandmarkPrior
from .latent_prior import LatentPrior
from .mobilefacenet import MobileFaceNet
from .narrowed_latents import NarrowedLatentPrior
from .parsing_prior import ParsingPrior
from .segface import SegFace

__all__ = ['LandmarkPrior', 'LatentPrior', 'MobileFaceNet', 'NarrowedLatentPrior', 'ParsingPrior', 'SegFace']
