"""Photographs of all kinds, and what is said of those that hold more."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ofer.faces import decode_photograph, read_photograph
from ofer.files.archive import DamagedImageError

COLOUR = Image.new('RGB', (40, 30), (200, 100, 50))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def animation(kind: str) -> bytes:
    frames = [Image.new('RGB', (40, 30), colour) for colour in ('blue', 'green')]
    return encoded(COLOUR, kind, save_all=True, append_images=frames, lossless=True) if kind == 'WEBP' else encoded(
        COLOUR, kind, save_all=True, append_images=frames
    )  # fmt: skip


SIXTEEN = Image.fromarray(np.full((30, 40), 200 * 256, np.uint16))
STILL = {
    'png': (encoded(COLOUR, 'PNG'), (200, 100, 50)),
    'jpeg': (encoded(COLOUR, 'JPEG', quality=95), (200, 100, 50)),
    'grey': (encoded(COLOUR.convert('L'), 'PNG'), (124, 124, 124)),
    'palette': (encoded(COLOUR.convert('P', palette=Image.Palette.ADAPTIVE), 'PNG'), (200, 100, 50)),
    'cmyk': (encoded(COLOUR.convert('CMYK'), 'JPEG', quality=95), (200, 100, 50)),
    'transparent over white': (encoded(Image.new('RGBA', (40, 30), (200, 100, 50, 0)), 'PNG'), (255, 255, 255)),
    'half transparent': (encoded(Image.new('RGBA', (40, 30), (200, 100, 50, 128)), 'PNG'), (227, 177, 152)),
    '16 bits': (encoded(SIXTEEN, 'PNG'), (200, 200, 200)),
    '16 bits, tiff': (encoded(SIXTEEN, 'TIFF'), (200, 200, 200)),
    'bmp': (encoded(COLOUR, 'BMP'), (200, 100, 50)),
    'gif': (encoded(COLOUR, 'GIF'), (200, 100, 50)),
    'webp': (encoded(COLOUR, 'WEBP', lossless=True), (200, 100, 50)),
}


@pytest.mark.parametrize('kind', STILL)
def test_every_kind_becomes_rgb_of_eight_bits(kind: str) -> None:
    content, colour = STILL[kind]
    image, note = decode_photograph(content, kind)
    assert image.shape == (30, 40, 3)
    assert image.dtype == np.uint8
    np.testing.assert_allclose(image.reshape(-1, 3).mean(0), colour, atol=4)
    assert note is None


@pytest.mark.parametrize('kind', ['GIF', 'PNG', 'WEBP', 'TIFF'])
def test_of_an_animation_the_first_frame_is_taken_and_the_note_says_so(kind: str) -> None:
    image, note = decode_photograph(animation(kind), kind)
    np.testing.assert_allclose(image.reshape(-1, 3).mean(0), (200, 100, 50), atol=4)
    assert note == 'first of 3 frames'


@pytest.mark.parametrize(('orientation', 'corner'), [(1, (0, 0)), (3, (-1, -1)), (6, (0, -1)), (8, (-1, 0))])
def test_photographs_are_turned_as_the_camera_was_held(orientation: int, corner: tuple[int, int]) -> None:
    """A white patch in the upper left of the file is at that corner of the photograph."""
    picture = Image.new('RGB', (64, 32))
    picture.paste((255, 255, 255), (0, 0, 16, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image, _ = decode_photograph(encoded(picture, 'JPEG', quality=95, exif=exif), 'photo')
    assert image.shape[:2] == ((32, 64) if orientation in (1, 3) else (64, 32))
    assert image[corner].min() > 200
    assert image[-1 - corner[0], -1 - corner[1]].max() < 50


def test_from_files(tmp_path: Path) -> None:
    (tmp_path / 'a.png').write_bytes(STILL['png'][0])
    assert read_photograph(tmp_path / 'a.png')[0].shape == (30, 40, 3)
    with pytest.raises(FileNotFoundError, match=r'none\.png'):
        read_photograph(tmp_path / 'none.png')
    (tmp_path / 'folder.png').mkdir()
    with pytest.raises(DamagedImageError, match=r'folder\.png: cannot be read'):
        read_photograph(tmp_path / 'folder.png')


@pytest.mark.parametrize('content', [b'', b'no image', STILL['jpeg'][0][:-40], STILL['png'][0][:60], b'GIF89a'])
def test_damaged_files_raise_one_error_that_names_them(content: bytes) -> None:
    with pytest.raises(DamagedImageError, match='photo 7'):
        decode_photograph(content, 'photo 7')
