"""Uploaded images: checked by size, type and pixels before they are decoded."""

import io
import warnings
from collections.abc import Mapping

from PIL import Image

from ofer.faces.reading import decode_photograph
from ofer.inference.sources import Picture
from ofer.inference.sources.picture import reason_of
from ofer.serving.limits import MB, ServingLimits

TYPES: Mapping[str, str] = {'JPEG': 'image/jpeg', 'PNG': 'image/png', 'WEBP': 'image/webp', 'GIF': 'image/gif', 'BMP': 'image/bmp'}
"""Accepted formats, by Pillow's names; an image is recognised by its content, not by its name."""

_LONGEST_NAME = 200


def uploaded_picture(name: str, content: bytes, limits: ServingLimits) -> Picture:
    """Decode an upload.

    Args:
        name: of the file, as the client states it.
        content: of the file.
        limits: on size and pixels.

    Returns:
        The picture, or the reason why there is none.
    """
    source = plain_name(name)
    try:
        check_image(content, limits)
        image, note = decode_photograph(content, source)
    except (OSError, ValueError, MemoryError) as error:
        return Picture(source, reason=reason_of(error, source))
    return Picture(source, image, note=note)


def check_image(content: bytes, limits: ServingLimits) -> None:
    """Check the header of an image file.

    Raises:
        ValueError: empty, too large, of a type that is not accepted, or with too many pixels.
    """
    if not content:
        raise ValueError('an empty file')
    if len(content) > limits.upload:
        raise ValueError(f'{len(content) / MB:.1f} MB: the limit is {limits.upload / MB:g} MB')
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # Pillow's warning about many pixels: they are counted here
            with Image.open(io.BytesIO(content), formats=tuple(TYPES)) as image:
                width, height = image.size
    except Image.DecompressionBombError as error:
        raise ValueError(f'too many pixels: the limit is {limits.pixels / MB:g} megapixels') from error
    except Exception as error:  # plugins of Pillow raise various errors for damaged files
        raise ValueError(f'damaged, or no image of an accepted type ({", ".join(TYPES)})') from error
    if width * height > limits.pixels:
        raise ValueError(f'{width} x {height} pixels: the limit is {limits.pixels / MB:g} megapixels')


def plain_name(name: str) -> str:
    r"""A file name without folders and control characters, of bounded length, that can be written as UTF-8.

    >>> plain_name('C:\\photos\\a\n.jpg'), plain_name('../../etc/passwd'), plain_name('')
    ('a.jpg', 'passwd', 'upload')
    """
    last = name.replace('\\', '/').rstrip('/').rpartition('/')[2]
    clean = ''.join(letter for letter in last if letter.isprintable()).encode('utf-8', 'replace').decode()
    return clean[-_LONGEST_NAME:] or 'upload'
