"""Whole models of the trainings that do not answer with an expression: each makes one of the parts that recognizers are put together of."""

from .face_detector import FaceDetector
from .face_parser import FaceParser
from .hybrid_inpainter import HybridInpainter
from .landmark_detector import LandmarkDetector
from .masked_autoencoder import MaskedAutoencoder
from .occlusion_detector import OcclusionDetector

__all__ = ['FaceDetector', 'FaceParser', 'HybridInpainter', 'LandmarkDetector', 'MaskedAutoencoder', 'OcclusionDetector']
