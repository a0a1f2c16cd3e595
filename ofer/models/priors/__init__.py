"""Frozen networks that know faces, and the networks themselves."""

from ofer.models.priors.landmark_prior import LandmarkPrior
from ofer.models.priors.mobilefacenet import MobileFaceNet
from ofer.models.priors.parsing_prior import ParsingPrior
from ofer.models.priors.segface import SegFace

__all__ = ['LandmarkPrior', 'MobileFaceNet', 'ParsingPrior', 'SegFace']
