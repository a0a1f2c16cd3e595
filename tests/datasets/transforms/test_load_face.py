import struct

import cv2
import numpy as np
import pytest

from ofer.datasets.transforms.load_face import LoadFace, decode_rgb
from ofer.files.archive import DamagedImageError
from ofer.registry import TRANSFORMS


def encoded(suffix: str, size: int = 64, channels: int = 3) -> bytes:
    shape = (size, size) if channels == 1 else (size, size, channels)
    img = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    return cv2.imencode(suffix, img)[1].tobytes()


def test_red_stays_red(tmp_path):
    img = np.zeros((8, 8, 3), dtype=np.uint8)
    img[..., 2] = 255  # OpenCV writes blue, green, red
    cv2.imwrite(str(tmp_path / 'red.png'), img)
    loaded = TRANSFORMS.build({'type': 'LoadFace'})({'img_path': str(tmp_path / 'red.png')})
    assert loaded['img'][0, 0].tolist() == [255, 0, 0]
    assert loaded['img_shape'] == loaded['ori_shape'] == (8, 8)


@pytest.mark.parametrize('channels', [1, 3, 4])
def test_grey_and_transparent_images_get_three_channels(channels):
    assert decode_rgb(encoded('.png', channels=channels), 'a.png').shape == (64, 64, 3)


@pytest.mark.parametrize('suffix', ['.png', '.jpg'])
@pytest.mark.parametrize('kept', [0.9, 0.6, 0.1])
def test_cut_off_files_are_refused(suffix, kept):
    content = encoded(suffix)
    assert decode_rgb(content, 'a').shape == (64, 64, 3)
    with pytest.raises(ValueError, match=r'faces/a.jpg: (cut off|damaged or no image) \(\d+ bytes\). Copy the file again'):
        decode_rgb(content[: int(kept * len(content))], 'faces/a.jpg')


@pytest.mark.parametrize('content', [b'', b'<html>', b'\x00' * 100])
def test_what_is_no_image_is_refused(content):
    with pytest.raises(ValueError, match=r'a.jpg: damaged or no image'):
        decode_rgb(content, 'a.jpg')


def test_a_header_that_states_an_enormous_size_is_damage():
    content = bytearray(encoded('.bmp'))
    content[18:26] = struct.pack('<ii', 50000, 50000)
    with pytest.raises(DamagedImageError, match=r'faces/a.bmp: cannot be decoded \(.+\). Copy the file again'):
        decode_rgb(bytes(content), 'faces/a.bmp')


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'gone.png: no such image'):
        LoadFace()({'img_path': str(tmp_path / 'gone.png')})


def test_decoded_images_pass_through():
    img = np.arange(48 * 48 * 3, dtype=np.uint8).reshape(48, 48, 3)
    assert LoadFace()({'img': img})['img'] is img
    grey = LoadFace()({'img': img[..., 0]})['img']
    np.testing.assert_array_equal(grey, img[..., :1].repeat(3, 2))
    with pytest.raises(ValueError, match=r'float64'):
        LoadFace()({'img': img.astype(float), 'img_path': 'a'})
