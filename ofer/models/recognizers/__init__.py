from .face_parser import FaceParser
from .hybrid_inpainter import HybridInpainter
from .landmark_detector import LandmarkDetector
from .latent_fer import LatentFER
from .latent_ofer import LatentOFER
from .masked_autoencoder import MaskedAutoencoder
from .occlusion_detector import OcclusionDetector
from .orsanet import ORSANet

__all__ = [
    'FaceParser',
    'HybridInpainter',
    'LandmarkDetector',
    'LatentFER',
    'LatentOFER',
    'MaskedAutoencoder',
    'ORSANet',
    'OcclusionDetector',
]
