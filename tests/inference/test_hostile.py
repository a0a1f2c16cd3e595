"""Inputs broken in every way that we know: each is a clear row, nothing raises, all good inputs of the same call are answered."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from mmengine.model import BaseModel
from PIL import Image

from ofer.apis.inferencer import FERInferencer

from .conftest import SquareDetector, squares

Maker = Callable[[Path, np.random.Generator], object]
GOOD = cv2.imencode('.png', squares(1)[..., ::-1])[1].tobytes()
ENCODED = {suffix: cv2.imencode(suffix, squares(2))[1].tobytes() for suffix in ('.jpg', '.png', '.bmp', '.tiff', '.webp', '.ppm')}


def animated() -> bytes:
    file = io.BytesIO()
    frames = [Image.fromarray(squares(i)) for i in range(3)]
    frames[0].save(file, 'gif', save_all=True, append_images=frames[1:])
    return file.getvalue()


ENCODED['.gif'] = animated()


def file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def any_image(rng: np.random.Generator) -> tuple[str, bytes]:
    suffix = rng.choice(list(ENCODED))
    return suffix, ENCODED[suffix]


def truncated(folder: Path, rng: np.random.Generator) -> Path:
    suffix, content = any_image(rng)
    return file(folder, f'truncated{suffix}', content[: rng.integers(0, len(content))])


def flipped(folder: Path, rng: np.random.Generator) -> Path:
    suffix, content = any_image(rng)
    damaged = bytearray(content)
    for place in rng.integers(0, len(damaged), rng.integers(1, 30)):
        damaged[place] ^= 1 << rng.integers(0, 8)
    return file(folder, f'flipped{suffix}', bytes(damaged))


def noise(folder: Path, rng: np.random.Generator) -> Path:
    suffix, content = any_image(rng)
    head = content[: rng.integers(0, 12)]  # of the right kind, maybe
    return file(folder, f'noise{suffix}', head + rng.bytes(rng.integers(0, 5000)))


def text(folder: Path, rng: np.random.Generator) -> Path:
    page = rng.choice(['<html>404 not found</html>', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', '', '{}'])
    return file(folder, 'page.jpg', page.encode())


def enormous(folder: Path, rng: np.random.Generator) -> Path:
    """A header of gigapixels over a few bytes."""
    side = int(rng.integers(30_000, 2**31 - 1))
    header = struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)
    chunks = [(b'IHDR', header), (b'IDAT', zlib.compress(bytes(100))), (b'IEND', b'')]
    packed = [struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data)) for kind, data in chunks]
    return file(folder, 'enormous.png', b'\x89PNG\r\n\x1a\n' + b''.join(packed))


def sparse(folder: Path, rng: np.random.Generator) -> Path:
    path = folder / 'sparse.jpg'
    with path.open('wb') as out:
        out.truncate(int(rng.integers(1, 60)) * 10**9)
    return path


def odd_path(folder: Path, rng: np.random.Generator) -> object:
    kind = rng.integers(0, 8)
    if kind == 0:
        (folder / 'folder.jpg').mkdir()
        return folder / 'folder.jpg'
    if kind == 1:
        os.mkfifo(folder / 'pipe.jpg')
        return folder / 'pipe.jpg'
    if kind == 2:
        (folder / 'loop.jpg').symlink_to(folder / 'loop.jpg')
        return folder / 'loop.jpg'
    if kind == 3:
        (folder / 'dangling.mp4').symlink_to(folder / 'nowhere')
        return folder / 'dangling.mp4'
    return ['/dev/zero', 'a' * 5000, 'nul\0byte.png', ''][kind - 4]


def odd_name(folder: Path, rng: np.random.Generator) -> object:
    name = rng.choice(['line\nbreak', 'tab\t', 'quote"', "it's", 'comma,', 'ünï', '[1]', '100%', '-rf', '  ', '\u202e', 'x' * 240])
    if rng.random() < 0.2:
        path = os.fsencode(folder) + b'/bad\xff\xfe.png'
        with open(path, 'wb') as out:
            out.write(ENCODED['.png'])
        return rng.choice([path, os.fsdecode(path)]) if rng.random() < 0 else os.fsdecode(path)
    return file(folder, f'{name}.png', ENCODED['.png'])


def odd_image(folder: Path, rng: np.random.Generator) -> object:
    """Images that are whole, of kinds that trip readers."""
    mode = rng.choice(['1', 'L', 'LA', 'P', 'RGBA', 'CMYK', 'YCbCr', 'I', 'F', 'I;16'])
    size = tuple(int(side) for side in rng.choice([(1, 1), (1, 700), (700, 1), (17, 33), (96, 96)]))
    if mode == 'I;16':
        image = Image.fromarray(rng.integers(0, 2**16, size, dtype=np.uint16))
    else:
        image = Image.fromarray(rng.integers(0, 255, (*size, 3), dtype=np.uint8)).convert('L' if mode in 'FI' else 'RGB').convert(mode)
    if rng.random() < 0.4:
        return image
    image.save(folder / 'odd.tif')
    return folder / 'odd.tif'


def array(folder: Path, rng: np.random.Generator) -> np.ndarray:
    shape = tuple(int(side) for side in rng.integers(0, 6, rng.integers(0, 6)))
    kind = rng.choice(['u1', 'u2', 'i4', 'i8', 'f2', 'f4', 'f8', 'c8', '?', 'U3', 'O'])
    values = rng.standard_normal(shape) * 100
    values = np.where(rng.random(shape) < 0.1, np.nan, values) if kind[0] == 'f' else np.abs(values)
    return np.asarray(values).astype(kind)


def other(folder: Path, rng: np.random.Generator) -> object:
    things = [
        None,
        7,
        3.5,
        True,
        object(),
        Ellipsis,
        lambda: 0,
        {'a': 1},
        {1, 2},
        b'',
        b'\xff\xd8\xff',
        bytearray(b'GIF89a'),
        [],
        [[], [None]],
    ]
    return things[rng.integers(0, len(things))]


def lazy_pillow(folder: Path, rng: np.random.Generator) -> object:
    suffix = rng.choice(['.png', '.jpg', '.gif', '.bmp'])
    content = ENCODED[suffix]
    path = file(folder, f'lazy{suffix}', content[: rng.integers(len(content) // 2, len(content) - 1)])
    try:
        return Image.open(path)
    except OSError:
        return path


def address(folder: Path, rng: np.random.Generator) -> str:
    addresses = [
        'http://127.0.0.1/a.png',
        'https://[::1]:1/a',
        'http://169.254.169.254/',
        'ftp://a/b',
        's3://a/b',
        'http://',
        'http://a:b/',
        'data:image/png;base64,xx',
    ]
    return addresses[rng.integers(0, len(addresses))]


def pattern(folder: Path, rng: np.random.Generator) -> str:
    return str(rng.choice(['/nowhere/*.jpg', '/nowhere/**/x', '[', '*' * 50 + '.qqq', str(folder / '*.none')]))


def video(folder: Path, rng: np.random.Generator) -> Path:
    suffix = rng.choice(['.mp4', '.avi', '.mkv', '.mov'])
    content = bytearray(VIDEO) if VIDEO else bytearray(rng.bytes(500))
    kind = rng.integers(0, 3)
    if kind == 0:
        content = content[: rng.integers(0, len(content))]
    elif kind == 1:
        for place in rng.integers(0, len(content), 20):
            content[place] = rng.integers(0, 256)
    else:
        content = bytearray(rng.bytes(rng.integers(0, 3000)))
    return file(folder, f'video{suffix}', bytes(content))


def small_video() -> bytes:
    try:
        from tempfile import TemporaryDirectory

        from ofer.inference.video import VideoError, VideoWriter

        with TemporaryDirectory() as folder:
            with VideoWriter(f'{folder}/a.mp4') as writer:
                for i in range(8):
                    writer.write(squares(1, offset=i), i / 10)
            return Path(folder, 'a.mp4').read_bytes()
    except VideoError:
        return b''


VIDEO = small_video()
KINDS: dict[str, tuple[Maker, int]] = {
    'truncated file': (truncated, 150),
    'file with flipped bits': (flipped, 150),
    'noise behind a header': (noise, 120),
    'text under the name of an image': (text, 40),
    'header of gigapixels': (enormous, 20),
    'file of gigabytes': (sparse, 10),
    'path that is no file': (odd_path, 60),
    'odd name': (odd_name, 60),
    'odd kind of image': (odd_image, 90),
    'array': (array, 120),
    'other object': (other, 40),
    'damaged image opened by Pillow': (lazy_pillow, 40),
    'address': (address, 30),
    'pattern': (pattern, 20),
    'damaged video': (video, 50),
}
"""Each kind with its number among a thousand."""


def answer(folder: Path, model: BaseModel, share: float) -> None:
    rng = np.random.default_rng(0)
    given: list[object] = []
    good = 0
    for maker, number in KINDS.values():
        for i in range(max(1, round(share * number))):
            place = folder / f'{maker.__name__}_{i}'
            place.mkdir()
            given.append(maker(place, rng))
            if i % 4 == 0:
                given.append(file(folder, f'good_{good}.png', GOOD))
                good += 1
    inferencer = FERInferencer(model, device='cpu', detector=SquareDetector(), landmarks=None, allow_urls=True)
    found = inferencer(given)
    answered = [result for result in found if Path(result.source).name.startswith('good_')]
    assert [Path(result.source).name for result in answered] == [f'good_{i}.png' for i in range(good)]
    assert all(result.status == 'face' and result.label for result in answered)
    for result in found:
        assert result.status in ('face', 'no face', 'unreadable')
        assert (result.status == 'face') == (result.label is not None)
        assert result.label is not None or (result.reason and '\n' not in result.reason)
        assert len(result.reason or '') < 400
    sources = {result.source for result in found}
    assert len(sources) >= 0.9 * len(given)  # empty lists have no row; some objects share a name


def test_a_hundred_hostile_inputs(tmp_path: Path, tiny_model: BaseModel) -> None:
    answer(tmp_path, tiny_model, 0.1)


@pytest.mark.slow
def test_a_thousand_hostile_inputs(tmp_path: Path, tiny_model: BaseModel) -> None:
    assert sum(number for _, number in KINDS.values()) >= 1000
    answer(tmp_path, tiny_model, 1.0)
