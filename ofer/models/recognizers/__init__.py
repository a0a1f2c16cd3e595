from .face_parser import FaceParser
from .landmark_detector import LandmarkDetector
from .masked_autoencoder import MaskedAutoencoder
from .occlusion_detector import OcclusionDetector
from .orsanet import ORSANet

__all__ = ['FaceParser', 'LandmarkDetector', 'MaskedAutoencoder', 'ORSANet', 'OcclusionDetector']
