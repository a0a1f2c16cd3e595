"""Whole images of every usual kind are read, and incomplete ones refused."""

import io
import struct
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from ofer.files.archive import IMAGE_SUFFIXES, DamagedImageError
from ofer.files.image_file import decode_rgb

SMOOTH = cv2.resize(np.random.default_rng(0).integers(0, 256, (6, 6, 3), dtype=np.uint8), (40, 40), interpolation=cv2.INTER_CUBIC)
GREY = SMOOTH[..., 1]


def file_of(image: Image.Image | np.ndarray, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(buffer, kind, **options)
    return buffer.getvalue()


RGB = Image.fromarray(SMOOTH)
OPAQUE = np.dstack([SMOOTH, np.full((40, 40), 255, np.uint8)])
KINDS = {
    'jpeg': file_of(RGB, 'JPEG', quality=97, subsampling=0),
    'progressive jpeg': file_of(RGB, 'JPEG', quality=97, subsampling=0, progressive=True),
    'jpeg with restart marks': file_of(RGB, 'JPEG', quality=97, subsampling=0, restart_marker_blocks=1),
    'cmyk jpeg': file_of(RGB.convert('CMYK'), 'JPEG', quality=97),
    'png': file_of(RGB, 'PNG'),
    'opaque png with alpha': file_of(OPAQUE, 'PNG'),
    'bmp': file_of(RGB, 'BMP'),
    'webp': file_of(RGB, 'WEBP', lossless=True),
    'webp with alpha': file_of(OPAQUE, 'WEBP', lossless=True),
    'tiff': file_of(RGB, 'TIFF', compression='tiff_lzw'),
    'ppm': file_of(RGB, 'PPM'),
    'tga': file_of(RGB, 'TGA'),
}
GREY_KINDS = {
    'grey jpeg': file_of(GREY, 'JPEG', quality=97),
    'grey png': file_of(GREY, 'PNG'),
    '16-bit png': file_of(GREY.astype(np.uint16) * 257, 'PNG'),
    '16-bit tiff': file_of(GREY.astype(np.uint16) * 257, 'TIFF'),
    'pgm': file_of(GREY, 'PPM'),
    'palette': file_of(Image.fromarray(GREY).convert('P'), 'PNG'),
    'gif': file_of(Image.fromarray(GREY), 'GIF'),
    'grey with alpha': file_of(Image.fromarray(GREY).convert('LA'), 'PNG'),
}


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('behind', [b'', b'\0' * 500, b'ftypmp42' + bytes(40_000)], ids=['', 'padding', 'video'])
def test_coloured_kinds(kind: str, behind: bytes) -> None:
    img = decode_rgb(KINDS[kind] + behind, 'a')
    assert img.shape == SMOOTH.shape
    assert np.abs(img.astype(int) - SMOOTH).mean() < 3


@pytest.mark.parametrize('kind', GREY_KINDS)
def test_grey_kinds(kind: str) -> None:
    img = decode_rgb(GREY_KINDS[kind], 'a')
    assert (img == img[..., :1]).all()
    assert np.abs(img[..., 0].astype(int) - GREY).mean() < 2


@pytest.mark.parametrize('kind', [kind for kind in {**KINDS, **GREY_KINDS} if kind != 'tga'])  # TGA has no header that tells it from noise
@pytest.mark.parametrize('kept', [0.97, 0.7, 0.3])
def test_truncated_files_of_any_kind_are_refused(kind: str, kept: float) -> None:
    content = {**KINDS, **GREY_KINDS}[kind]
    with pytest.raises(DamagedImageError, match=r'faces/a: .* Copy the file again'):
        decode_rgb(content[: int(kept * len(content))], 'faces/a')


def test_the_end_mark_of_a_thumbnail_ends_no_image() -> None:
    whole, thumbnail = KINDS['jpeg'], file_of(RGB.resize((8, 8)), 'JPEG')
    segment = b'\xff\xe1' + struct.pack('>H', len(thumbnail) + 2) + thumbnail
    content = whole[:2] + segment + whole[2:]
    assert decode_rgb(content, 'a').shape == SMOOTH.shape
    with pytest.raises(DamagedImageError, match='a: cut off'):
        decode_rgb(content[:-200], 'a')


def test_what_is_transparent_is_white() -> None:
    layers = np.dstack([SMOOTH, np.full((40, 40), 255, np.uint8)])
    layers[:20, :, 3] = 0
    layers[20:30, :, 3] = 128
    palette = Image.fromarray(np.arange(40, dtype=np.uint8)[None].repeat(40, 0)).convert('P')
    palette.info['transparency'] = 7
    for content in (file_of(layers, 'PNG'), file_of(layers, 'WEBP', lossless=True, exact=True), file_of(layers, 'TIFF')):
        img = decode_rgb(content, 'a').astype(int)
        assert (img[:20] == 255).all()
        np.testing.assert_allclose(img[20:30], 255 - (255 - SMOOTH[20:30].astype(int)) * 128 / 255, atol=1)
        np.testing.assert_array_equal(img[30:], SMOOTH[30:])
    img = decode_rgb(file_of(palette, 'PNG', transparency=7), 'a')
    assert (img[:, 7] == 255).all()
    assert (img[:, 8] == 8).all()


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'TIFF', 'WEBP'])
def test_images_are_turned_as_their_exif_data_say(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    upright = np.zeros((32, 48, 3), np.uint8)
    upright[:, :24] = 255
    stored = file_of(np.rot90(upright), kind, exif=exif)  # turned anticlockwise
    img = decode_rgb(stored, 'a')
    assert img.shape == upright.shape
    assert np.abs(img.astype(int) - upright).mean() < 4


def test_the_first_frame_of_an_animation() -> None:
    frames = [Image.fromarray(np.full((16, 16), grey, np.uint8)) for grey in (200, 100, 0)]
    img = decode_rgb(file_of(frames[0], 'GIF', save_all=True, append_images=frames[1:]), 'a')
    assert (img == 200).all()


def test_every_suffix_of_an_image_is_of_a_format_that_is_decoded() -> None:
    known = Image.registered_extensions()
    assert [suffix for suffix in IMAGE_SUFFIXES if suffix not in known] == []
    assert decode_rgb(file_of(np.full((16, 16, 3), 90, np.uint8), 'TGA'), 'a').mean() == 90


@pytest.mark.parametrize('odd', [np.nan, np.inf, -np.inf])
def test_pixels_that_are_no_numbers_are_black(odd: float) -> None:
    values = np.full((16, 16), 0.5, np.float32)
    values[3, 5] = odd
    img = decode_rgb(file_of(values, 'TIFF'), 'a')
    assert (img[3, 5] == 0).all()
    assert np.unique(img).tolist() == [0, 128]
