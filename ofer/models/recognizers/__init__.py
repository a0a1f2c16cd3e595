from .face_parser import FaceParser
from .hybrid_inpainter import HybridInpainter
from .landmark_detector import LandmarkDetector
from .orsanet import ORSANet

__all__ = ['FaceParser', 'HybridInpainter', 'LandmarkDetector', 'ORSANet']
