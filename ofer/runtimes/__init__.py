"""Exported networks, run by onnxruntime or OpenVINO; neither torch nor mmengine is imported here."""

from ofer.runtimes.description import CLASSIFIER, EXPORTED, FACE_DETECTOR, INPAINTER, LANDMARKS, OCCLUSION_DETECTOR, Description
from ofer.runtimes.opening import BACKENDS, Network, check_precision, open_network

__all__ = [
    'BACKENDS',
    'CLASSIFIER',
    'EXPORTED',
    'FACE_DETECTOR',
    'INPAINTER',
    'LANDMARKS',
    'OCCLUSION_DETECTOR',
    'Description',
    'Network',
    'check_precision',
    'open_network',
]
