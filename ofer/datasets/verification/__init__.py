"""Checking a data set before training: all files are read and decoded, and all problems are listed, not only the first.

There are three steps, so that a tool can show the progress of the slow second one: :func:`read_splits`, :func:`inspect_images`,
:func:`judge`.

Problems prevent a training: a missing file, an image that cannot be decoded or for which the decoder reports missing data, an invalid
annotation. Notes do not: duplicate images (equal in all decoded pixels, even if the files differ), images of another size than the rest,
the only grey or coloured images, and classes without an image.
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
from ofer.datasets.verification.report import report_data, report_lines
from ofer.datasets.verification.verdict import USUAL, Duplicate, Verdict, find_duplicates, judge

__all__ = [
    'ANNOTATION', 'BATCH', 'CORRUPT', 'MISSING', 'USUAL', 'Duplicate', 'Image', 'Inspection', 'Problem', 'Split', 'Verdict',
    'dataset_class', 'find_duplicates', 'images_of', 'inspect_image', 'inspect_images', 'judge', 'problems_of', 'read_splits',
    'report_data', 'report_lines',
]  # fmt: skip
