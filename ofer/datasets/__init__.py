"""Data sets, samplers and transforms."""

from ofer.datasets.base import FERDataset
from ofer.datasets.fer2013 import FER2013
from ofer.datasets.ferplus import FERPlus
from ofer.datasets.transforms import LoadFace, PackFace, PasteOccluders

__all__ = ['FER2013', 'FERDataset', 'FERPlus', 'LoadFace', 'PackFace', 'PasteOccluders']
