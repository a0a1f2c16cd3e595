"""Decoding every image of a data set, with its problems."""

import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np

from ofer.datasets.transforms.load_face import LoadFace

MISSING, CORRUPT, ANNOTATION = 'missing file', 'corrupt image', 'wrong annotation'

_DAMAGE = re.compile(r'Corrupt JPEG data: (?!\d+ extraneous bytes).*|Premature end of JPEG file')
"""What libjpeg says where the pixels are not those of the photograph; bytes too many are harmless."""

BATCH = 64
"""Images that a process decodes at a time."""


@dataclass(frozen=True)
class Problem:
    """A problem that prevents a training: one of the three kinds, and a message that names the file."""

    kind: str
    message: str


@dataclass(frozen=True)
class Image:
    """An image to decode: its path, and its pixels if the annotation contains them (a csv file)."""

    path: str
    pixels: np.ndarray | None = None


@dataclass(frozen=True)
class Inspection:
    """Result of decoding an image: height and width, whether it is grey, and a hash of size and pixels; or its problem."""

    path: str
    size: tuple[int, int] = (0, 0)
    grey: bool = False
    digest: str = ''
    problem: Problem | None = None


def inspect_image(image: Image) -> Inspection:
    """Decode one image as in training; problems are returned, not raised."""
    results = {'img_path': image.path} if image.pixels is None else {'img_path': image.path, 'img': image.pixels}
    try:
        img = LoadFace().transform(results)['img']
    except (OSError, ValueError, RuntimeError, zlib.error, cv2.error) as error:
        text = str(error) if image.path in str(error) else f'{image.path}: {error}'
        return Inspection(image.path, problem=Problem(MISSING if isinstance(error, FileNotFoundError) else CORRUPT, text))
    height, width = img.shape[:2]
    grey = bool((img[..., 0] == img[..., 1]).all() and (img[..., 1] == img[..., 2]).all())
    digest = hashlib.blake2b(f'{height}x{width} '.encode() + img.tobytes(), digest_size=16).hexdigest()
    return Inspection(image.path, (height, width), grey, digest)


def inspect_images(images: Sequence[Image], workers: int = 0) -> Iterator[list[Inspection]]:
    """Decode images in several processes.

    Args:
        images: to decode.
        workers: number of processes; 0 decodes in this one.

    Yields:
        Inspections in the order of ``images``, up to :data:`BATCH` at a time.

    Raises:
        RuntimeError: a process was killed.
    """
    batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    if workers < 1:
        yield from map(_inspect_batch, batches)
        return
    with ProcessPoolExecutor(workers, initializer=cv2.setNumThreads, initargs=(0,)) as pool:
        try:
            yield from pool.map(_inspect_batch, batches)
        except BrokenProcessPool as error:
            raise RuntimeError('a process that decodes images was killed, maybe for want of memory; try fewer workers') from error


def _inspect_batch(images: Sequence[Image]) -> list[Inspection]:
    found = []
    with _decoder_messages() as messages:
        for image in images:
            inspection = inspect_image(image)
            damage = _DAMAGE.search(messages())
            if damage and inspection.problem is None:
                text = f'{image.path}: damaged inside ({damage[0]}), part of it is made up. Copy the file again, or take it out.'
                inspection = Inspection(image.path, problem=Problem(CORRUPT, text))
            found.append(inspection)
    return found


@contextmanager
def _decoder_messages() -> Iterator[Callable[[], str]]:
    """Catches output of libraries on standard error, the only place where libjpeg reports missing data.

    Yields:
        A function that returns the output since its last call.
    """
    with tempfile.TemporaryFile(buffering=0) as log:
        screen = os.dup(2)
        os.dup2(log.fileno(), 2)

        def messages() -> str:
            log.seek(0)  # the descriptor 2 has the same position
            text = log.read().decode(errors='replace')
            log.seek(0)
            log.truncate()
            return text

        try:
            yield messages
        finally:
            os.dup2(screen, 2)
            os.close(screen)
