"""Registers detectors and aligners for configs; apart from their files, so that they can be used without mmengine and torch."""

from ofer.faces.alignment import ALIGNERS
from ofer.faces.cascade import CascadeDetector
from ofer.faces.small import SmallFaceDetector
from ofer.faces.whole_image import WholeImage
from ofer.faces.yunet import YuNetDetector
from ofer.registry import MODELS, TRANSFORMS

for detector in (CascadeDetector, SmallFaceDetector, WholeImage, YuNetDetector):
    MODELS.register_module(module=detector)
for aligner in ALIGNERS.values():
    TRANSFORMS.register_module(module=aligner)
