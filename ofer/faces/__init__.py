"""Detection, alignment and cropping of faces in photographs.

The names below are imported on first use, since some need torch and some nothing but OpenCV.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ofer.faces.alignment import Aligner, ArcFaceAligner, BoxAligner, FER2013Aligner, build_aligner, choose_aligner, stored_aligner
    from ofer.faces.cascade import CascadeDetector
    from ofer.faces.detected import POINT_NAMES, DetectedFace
    from ofer.faces.landmarks import LandmarkFinder
    from ofer.faces.reading import decode_photograph, read_photograph
    from ofer.faces.small import SmallFaceDetector
    from ofer.faces.whole_image import WholeImage
    from ofer.faces.yunet import YuNetDetector

_MODULES = {
    'alignment': ('Aligner', 'ArcFaceAligner', 'BoxAligner', 'FER2013Aligner', 'build_aligner', 'choose_aligner', 'stored_aligner'),
    'cascade': ('CascadeDetector',),
    'detected': ('POINT_NAMES', 'DetectedFace'),
    'landmarks': ('LandmarkFinder',),
    'reading': ('decode_photograph', 'read_photograph'),
    'small': ('SmallFaceDetector',),
    'whole_image': ('WholeImage',),
    'yunet': ('YuNetDetector',),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}

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


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(f'ofer.faces.{_PLACES[name]}'), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
