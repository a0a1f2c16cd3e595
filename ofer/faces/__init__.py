"""Detection, alignment and cropping of faces in photographs."""

from ofer.faces.alignment import Aligner, ArcFaceAligner, BoxAligner, FER2013Aligner, build_aligner, choose_aligner, stored_aligner
from ofer.faces.cascade import CascadeDetector
from ofer.faces.detected import POINT_NAMES, DetectedFace
from ofer.faces.landmarks import LandmarkFinder
from ofer.faces.reading import decode_photograph, read_photograph
from ofer.faces.small import SmallFaceDetector
from ofer.faces.whole_image import WholeImage
from ofer.faces.yunet import YuNetDetector

__all__ = [
    'POINT_NAMES',
    'Aligner',
    'ArcFaceAligner',
    'BoxAligner',
    'CascadeDetector',
    'DetectedFace',
    'FER2013Aligner',
    'LandmarkFinder',
    'SmallFaceDetector',
    'WholeImage',
    'YuNetDetector',
    'build_aligner',
    'choose_aligner',
    'decode_photograph',
    'read_photograph',
    'stored_aligner',
]
