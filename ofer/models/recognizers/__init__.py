from .face_parser import FaceParser
from .landmark_detector import LandmarkDetector
from .orsanet import ORSANet

__all__ = ['FaceParser', 'LandmarkDetector', 'ORSANet']
