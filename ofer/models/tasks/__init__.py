"""Complete models for tasks other than expression recognition; recognizers are built from the networks that they train."""

from .face_detector import FaceDetector
from .face_parser import FaceParser
from .gaussian_painter import GaussianPainter, conditional_mean
from .hybrid_inpainter import HybridInpainter
from .landmark_detector import LandmarkDetector
from .masked_autoencoder import MaskedAutoencoder
from .occlusion_detector import OcclusionDetector

__all__ = [
    'FaceDetector',
    'FaceParser',
    'GaussianPainter',
    'HybridInpainter',
    'LandmarkDetector',
    'MaskedAutoencoder',
    'OcclusionDetector',
    'conditional_mean',
]
