"""Augmentation of whole batches of training images, on the device of the model."""

from .affine import BatchAffine
from .erasing import BatchErasing
from .light import BatchLight
from .mixup import BatchMixup
from .pasting import BatchPasting
from .teacher_labels import TeacherLabels

__all__ = ['BatchAffine', 'BatchErasing', 'BatchLight', 'BatchMixup', 'BatchPasting', 'TeacherLabels']
