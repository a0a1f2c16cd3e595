"""Decoding image files into RGB: the only decoder, for data sets and photographs.

OpenCV decodes. It fills the missing part of a truncated file with grey, so the end marker of JPEG and PNG files is checked first; bytes
after it (metadata of editors, the video of a motion photo) are allowed. Pillow decodes other formats, and images with transparency on a
white background. Images are rotated by their EXIF data and reduced to 8 bits; pixels of floating-point images that are NaN or infinite
are black. Of an animation, the first frame is used.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from PIL import Image, ImageOps

from ofer.files.archive import DamagedImageError

PNG_START = b'\x89PNG\r\n\x1a\n'
JPEG_START = b'\xff\xd8'
_HEIF_BRANDS = frozenset((b'heic', b'heix', b'heim', b'heis', b'hevc', b'hevx', b'mif1', b'msf1'))

# SOI, RST0-RST7 and TEM have no length.
_JPEG_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_JPEG_SCAN, _JPEG_END = 0xDA, b'\xff\xd9'


def decode_rgb(content: bytes, name: str) -> np.ndarray:
    """Decode an image file.

    Args:
        content: bytes of the file.
        name: of the file in messages.

    Returns:
        ``(H, W, 3)`` uint8, RGB; grey images with three equal channels, transparent ones on white.

    Raises:
        DamagedImageError: the file is damaged, truncated or not an image.
    """
    remedy = 'Copy the file again, or take it out of the data set.'
    if is_truncated(content):
        raise DamagedImageError(f'{name}: cut off ({len(content)} bytes). {remedy}')
    try:
        img = _with_pillow(content) if _has_transparency(content) else _with_opencv(content)
        if img is None and content:
            img = _with_pillow(content)
    except cv2.error as error:  # e.g. a damaged header with an enormous size
        raise DamagedImageError(f'{name}: cannot be decoded ({error.err}). {remedy}') from error
    except Image.DecompressionBombError as error:
        raise DamagedImageError(f'{name}: cannot be decoded ({error}). {remedy}') from error
    except Exception:  # plugins of Pillow raise various errors for damaged files
        img = None
    if img is None and _is_heif(content):
        raise DamagedImageError(f'{name}: HEIC, the format of some telephones, is not supported. Convert the file to JPEG.')
    if img is None:
        raise DamagedImageError(f'{name}: damaged or no image ({len(content)} bytes). {remedy}')
    return img


def has_image_header(head: bytes) -> bool:
    r"""Whether a file begins like an image, from its first 12 bytes: JPEG, PNG, GIF, WebP or HEIC.

    >>> has_image_header(b'\x89PNG\r\n\x1a\n'), has_image_header(b'name,label\n')
    (True, False)
    """
    return head.startswith((JPEG_START + b'\xff', PNG_START, b'GIF8')) or (head[:4], head[8:12]) == (b'RIFF', b'WEBP') or _is_heif(head)


def _is_heif(content: bytes) -> bool:
    return content[4:8] == b'ftyp' and content[8:12] in _HEIF_BRANDS


def is_truncated(content: bytes) -> bool:
    """Whether a JPEG or PNG file has no end marker; False for other formats, whose decoders detect truncation."""
    if content.startswith(JPEG_START):
        return content.find(_JPEG_END, _jpeg_scan(content)) < 0
    if content.startswith(PNG_START):
        return b'IEND' not in _png_chunks(content)
    return False


def _jpeg_scan(content: bytes) -> int:
    """Offset of the first scan of a JPEG file, after thumbnails with their own end markers; the file length if it has none."""
    place = len(JPEG_START)
    while 0 <= (place := content.find(b'\xff', place)) <= len(content) - 4:  # decoders skip bytes between two segments
        kind = content[place + 1]
        if kind == _JPEG_SCAN:
            return place
        if kind in (0x00, 0xFF):
            place += 1
        elif kind in _JPEG_ALONE:
            place += 2
        else:
            place += 2 + int.from_bytes(content[place + 2 : place + 4], 'big')
    return len(content)


def _png_chunks(content: bytes) -> list[bytes]:
    """Types of the complete chunks of a PNG file, up to its end."""
    place = len(PNG_START)
    found: list[bytes] = []
    while place + 12 <= len(content) and b'IEND' not in found[-1:]:
        end = place + 12 + int.from_bytes(content[place : place + 4], 'big')
        if end > len(content):
            break
        found.append(content[place + 4 : place + 8])
        place = end
    return found


def _has_transparency(content: bytes) -> bool:
    if content.startswith((JPEG_START, b'BM')):
        return False
    if content.startswith(PNG_START):
        return content[25:26] in (b'\x04', b'\x06') or b'tRNS' in _png_chunks(content)
    if content.startswith((b'P5', b'P6')):
        return False
    try:
        with _opened(content) as image:
            return image.has_transparency_data
    except Exception:  # no image, or a format that Pillow does not support
        return False


def _with_opencv(content: bytes) -> np.ndarray | None:
    img = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    return None if img is None else cv2.cvtColor(img, cv2.COLOR_BGR2RGB)


def _with_pillow(content: bytes) -> np.ndarray:
    with _opened(content) as image:
        return pillow_to_rgb(image)


def pillow_to_rgb(image: Image.Image) -> np.ndarray:
    """An image of Pillow's, upright, in 8 bits, transparency over white: ``(H, W, 3)`` uint8 RGB.

    What Pillow raises over damaged files that were opened lazily is of any type.
    """
    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith(('I', 'F')):
        return np.repeat(_eight_bits(np.asarray(turned))[..., None], 3, axis=2)
    if turned.has_transparency_data:
        layer = turned.convert('RGBA')
        turned = Image.alpha_composite(Image.new('RGBA', layer.size, 'white'), layer)
    return np.array(turned.convert('RGB'))


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # about odd metadata, which is not used here
        with Image.open(io.BytesIO(content)) as image:
            yield image


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """16-bit and floating-point grey to 8 bits; floats within ``[0, 1]`` are shares of white, NaN and infinite ones are black."""
    if values.dtype.kind == 'f':
        values = np.nan_to_num(values, nan=0, posinf=0, neginf=0)
        return np.clip(values * 255 if values.max() <= 1 else values, 0, 255).round().astype(np.uint8)
    return np.clip(values >> 8 if values.max() > 255 else values, 0, 255).astype(np.uint8)
