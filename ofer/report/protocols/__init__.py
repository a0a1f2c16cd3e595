"""The protocols of the report: named, versioned, and fixed by a seed, so that the numbers of two groups compare."""

from ofer.report.protocols.base import CLEAN, Batch, Condition, Occluded
from ofer.report.protocols.choice import SECTIONS, VERSION, Choice, choose_conditions

__all__ = ['CLEAN', 'SECTIONS', 'VERSION', 'Batch', 'Choice', 'Condition', 'Occluded', 'choose_conditions']
