"""Augmentation of whole batches of training images, on the device of the model."""

from .affine import BatchAffine
from .erasing import BatchErasing
from .light import BatchLight
from .pasting import BatchPasting

__all__ = ['BatchAffine', 'BatchErasing', 'BatchLight', 'BatchPasting']
