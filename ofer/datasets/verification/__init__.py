"""Checking a data set before training: everything is read and decoded, and all that is wrong is named rather than the first.

Three steps, so that a tool can show the progress of the second, which takes long: :func:`read_splits`, :func:`inspect_images`,
:func:`judge`.

Problems stop a training: a file that is missing, an image that cannot be decoded or that the decoder says has a hole, an annotation that
says nothing. Notes do not: images that the set has twice (equal in all decoded pixels, whatever the files' bytes), that have another size
than the rest or are the only grey or coloured ones, and classes without an image.
"""

from ofer.datasets.verification.decoding import (
    ANNOTATION,
    BATCH,
    CORRUPT,
    MISSING,
    Image,
    Inspection,
    Problem,
    inspect_image,
    inspect_images,
)
from ofer.datasets.verification.reading import Split, dataset_class, images_of, problems_of, read_splits
from ofer.datasets.verification.verdict import USUAL, Duplicate, Verdict, find_duplicates, judge

__all__ = [
    'ANNOTATION', 'BATCH', 'CORRUPT', 'MISSING', 'USUAL', 'Duplicate', 'Image', 'Inspection', 'Problem', 'Split', 'Verdict',
    'dataset_class', 'find_duplicates', 'images_of', 'inspect_image', 'inspect_images', 'judge', 'problems_of', 'read_splits',
]  # fmt: skip
