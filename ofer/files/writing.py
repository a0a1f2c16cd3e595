"""Writing of files, so that a killed process leaves no partial one, and of images in the format of their suffix."""

import os
from pathlib import Path

import cv2
import numpy as np

_ENCODERS = {'.jfif': '.jpg'}
"""Suffixes that OpenCV does not know, and what their files are."""
_ONE_CHANNEL = '.pgm'
_UNFIT = ('.exr', '.jp2', '.pbm')
"""OpenCV has writers for them, which are switched off, fail for small images, or for grey levels."""


def valid_text(name: str) -> str:
    r"""A file name with escapes in place of what is not UTF-8, for tables and titles.

    >>> valid_text('bad\udcff.jpg')
    'bad\\udcff.jpg'
    """
    return name.encode('utf-8', 'backslashreplace').decode()


def write_file(path: str | Path, content: bytes) -> None:
    """Write a file, making its folder; other processes see the old content, then the whole new one.

    Raises:
        OSError: it cannot be written, with the name of the file; an old file is unchanged.
    """
    path = Path(os.path.realpath(path))  # a link stays one
    partial = path.with_name(f'.{path.name}.{os.getpid()}')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(content)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # a full disk names no file, others the partial one


def has_image_writer(name: str) -> bool:
    """Whether :func:`write_image` can write the format of a file's suffix.

    >>> has_image_writer('a.jpg'), has_image_writer('a.tga')
    (True, False)
    """
    suffix = _encoder(name)
    return suffix.isascii() and suffix not in _UNFIT and cv2.haveImageWriter(f'image{suffix}')  # not its name: see write_image


def write_image(path: str | Path, image: np.ndarray) -> None:
    """Write an image as :func:`write_file` does.

    Args:
        path: its suffix is the format; a ``.pgm`` file is grey.
        image: ``(H, W, 3)`` uint8 RGB.

    Raises:
        OSError: the file cannot be written, or its suffix is of no format that can be.
    """
    # Not cv2.imwrite: a file name that is not UTF-8 ends the process by a segmentation fault.
    if not has_image_writer(str(path)):
        raise OSError(f'{path}: no picture format that can be written. Give a name that ends in .png or .jpg.')
    suffix = _encoder(str(path))
    good, content = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2GRAY if suffix == _ONE_CHANNEL else cv2.COLOR_RGB2BGR))
    if not good:
        raise OSError(f'{path}: OpenCV cannot write this image in this format. Give a name that ends in .png.')
    write_file(path, content.tobytes())


def _encoder(name: str) -> str:
    suffix = os.path.splitext(name)[1].lower()
    return _ENCODERS.get(suffix, suffix)
