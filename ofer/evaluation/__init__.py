"""Metrics: pure functions, and the classes of mmengine that wrap them.

This package is imported for every answer about a photo. scikit-learn, SciPy's statistics and torchmetrics are therefore imported where they
are needed: they take seconds.
"""

from ofer.evaluation.face_metric import FaceMetric
from ofer.evaluation.fer_metric import FERMetric
from ofer.evaluation.inpainting_metric import InpaintingMetric
from ofer.evaluation.landmark_metric import LandmarkMetric
from ofer.evaluation.occlusion_metric import OcclusionMetric
from ofer.evaluation.parsing_metric import ParsingMetric

__all__ = ['FERMetric', 'FaceMetric', 'InpaintingMetric', 'LandmarkMetric', 'OcclusionMetric', 'ParsingMetric']
