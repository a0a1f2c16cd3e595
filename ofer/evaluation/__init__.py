"""Metrics: pure functions, and the classes of mmengine that wrap them.

Answers with PyTorch import this package. Its metrics therefore import scikit-learn, SciPy and torchmetrics, which take seconds, inside the
functions that need them.
"""

from ofer.evaluation.face_metric import FaceMetric
from ofer.evaluation.fer_metric import FERMetric
from ofer.evaluation.inpainting_metric import InpaintingMetric
from ofer.evaluation.landmark_metric import LandmarkMetric
from ofer.evaluation.occlusion_metric import OcclusionMetric
from ofer.evaluation.parsing_metric import ParsingMetric

__all__ = ['FERMetric', 'FaceMetric', 'InpaintingMetric', 'LandmarkMetric', 'OcclusionMetric', 'ParsingMetric']
