"""Augmentation of whole batches of training images, on the device of the model."""

from .affine import BatchAffine
from .erasing import BatchErasing
from .holes import BatchHole, KeepTruth
from .light import BatchLight
from .mixup import BatchMixup
from .pasting import BatchPasting
from .teacher_labels import TeacherLabels

__all__ = ['BatchAffine', 'BatchErasing', 'BatchHole', 'BatchLight', 'BatchMixup', 'BatchPasting', 'KeepTruth', 'TeacherLabels']
