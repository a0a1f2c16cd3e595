"""What is done to whole batches of training images, on whatever device the model is on."""

from .affine import BatchAffine
from .erasing import BatchErasing
from .light import BatchLight
from .pasting import BatchPasting

__all__ = ['BatchAffine', 'BatchErasing', 'BatchLight', 'BatchPasting']
