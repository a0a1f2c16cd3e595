"""Reading photographs with the decoder of the library, and a note about parts of the file that are not in the result."""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from ofer.files.archive import DamagedImageError, read_bytes
from ofer.files.image_file import decode_rgb


def decode_photograph(content: bytes, name: str) -> tuple[np.ndarray, str | None]:
    """Decode an image file of any kind.

    The image is rotated according to its EXIF data and reduced to 8 bits; transparent parts become white. If the file has several images,
    the first is used, and the note states it.

    Args:
        content: the file's bytes.
        name: of the file in messages.

    Returns:
        ``(H, W, 3)`` uint8 RGB, and a note; None if the file contains nothing else.

    Raises:
        DamagedImageError: the file is damaged, truncated or no image.
    """
    return decode_rgb(content, name), _note(content)


def read_photograph(path: str | Path) -> tuple[np.ndarray, str | None]:
    """A photograph from a file, or from a member of a zip archive (``archive.zip/member.jpg``); see :func:`decode_photograph`.

    Raises:
        FileNotFoundError: there is no such file or member.
        DamagedImageError: it is damaged, truncated or no image, or cannot be read.
    """
    try:
        content = read_bytes(str(path))
    except FileNotFoundError:
        raise
    except OSError as error:  # a folder, no permission
        raise DamagedImageError(f'{path}: cannot be read ({error.strerror or error})') from error
    return decode_photograph(content, str(path))


def _note(content: bytes) -> str | None:
    """Note about parts of the file that are not in the first image."""
    if content.startswith(b'\xff\xd8'):  # JPEG files of several pictures hold previews or depth maps, no further photographs
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            with Image.open(io.BytesIO(content)) as image:
                frames = getattr(image, 'n_frames', 1)
    except Exception:  # a kind that Pillow does not know and OpenCV does
        return None
    return f'first of {frames} frames' if frames > 1 else None
