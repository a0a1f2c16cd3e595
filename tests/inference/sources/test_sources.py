"""Whatever may be given as input becomes pictures, or pictures that say why not."""

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ofer.inference.sources import Picture, Reading, count_pictures, pictures

RED = np.zeros((8, 10, 3), np.uint8) + np.array([255, 0, 0], np.uint8)


def read(inputs: object, **options: object) -> list[Picture]:
    return list(pictures(inputs, Reading(**options)))


def names(found: list[Picture]) -> list[str]:
    return [Path(picture.source).name for picture in found]


@pytest.fixture
def folder(tmp_path: Path, save: Callable[[Path, np.ndarray], Path]) -> Path:
    for name in ('b.png', 'a.jpg', 'sub/c.bmp', 'sub/d.PNG', '.hidden.png', '.trash/e.png'):
        save(tmp_path / name, RED)
    (tmp_path / 'noted.txt').write_text('not an image')
    (tmp_path / 'list.heic').write_text('not an image')
    (tmp_path / 'no_suffix').write_bytes((tmp_path / 'b.png').read_bytes())
    return tmp_path


def test_images_come_in_rgb_whatever_they_are_given_as(folder: Path) -> None:
    given = [folder / 'b.png', str(folder / 'b.png'), RED, Image.fromarray(RED), (folder / 'b.png').read_bytes()]
    for picture in read(given, color='rgb'):
        np.testing.assert_array_equal(picture.image, RED)
        assert picture.reason is None
    (turned,) = read(np.ascontiguousarray(RED[..., ::-1]), color='bgr')
    np.testing.assert_array_equal(turned.image, RED)


def test_a_folder_gives_its_images_by_name_and_counts_the_rest(folder: Path) -> None:
    left_out: dict[str, int] = {}
    assert names(read(folder, left_out=left_out)) == ['a.jpg', 'b.png', 'no_suffix', 'c.bmp', 'd.PNG']
    assert left_out == {'.heic': 1, '.txt': 1}
    assert count_pictures(str(folder), Reading()) == 5


def test_a_photograph_of_a_format_that_is_not_supported_has_a_row_that_says_so(tmp_path: Path) -> None:
    (tmp_path / 'a.HEIC').write_bytes(b'\0\0\0\x18ftypheic' + bytes(40))
    (picture,) = read(tmp_path)
    assert picture.reason == 'HEIC, the format of some telephones, is not supported. Convert the file to JPEG.'


def test_globs_and_nested_lists(folder: Path) -> None:
    assert names(read(str(folder / '*.png'))) == ['b.png']
    assert names(read(str(folder / '**' / '*.bmp'))) == ['c.bmp']
    assert names(read([[folder / 'a.jpg'], (str(folder / 'b.png'),)])) == ['a.jpg', 'b.png']
    assert names(read(folder / name for name in ('b.png', 'a.jpg'))) == ['b.png', 'a.jpg']
    odd = folder / 'a[1].png'
    odd.write_bytes((folder / 'b.png').read_bytes())
    assert names(read(str(odd))) == ['a[1].png']  # a file of that name comes before the pattern


def test_reading_is_lazy(folder: Path) -> None:
    def endless() -> object:
        while True:
            yield folder / 'b.png'

    stream = pictures(endless(), Reading())
    assert next(stream).image is not None
    assert next(stream).image is not None
    assert count_pictures(endless(), Reading()) is None


def test_stacks_of_arrays_are_images(folder: Path) -> None:
    assert [picture.source for picture in read(np.stack([RED, RED]), color='rgb')] == ['array 0[0]', 'array 0[1]']


def test_every_bad_input_is_a_picture_with_a_reason_and_the_good_one_is_read(folder: Path) -> None:
    os.mkfifo(folder / 'pipe.png')
    (folder / 'empty.png').touch()
    (folder / 'cut.png').write_bytes((folder / 'b.png').read_bytes()[:40])
    (folder / 'text.jpg').write_text('hello')
    (folder / 'broken.png').symlink_to(folder / 'nowhere.png')
    (folder / 'void').mkdir()
    bad = {
        'missing.png': 'no such file',
        'pipe.png': 'no regular file',
        'empty.png': '',
        'cut.png': '',
        'text.jpg': '',
        'broken.png': 'no such file',
        'void': 'empty folder',
        '*.gif': 'no file matches',
    }
    given: list[object] = [folder / name for name in bad]
    others = ['\0', 'http://example.org/a.png', 's3://bucket/a.png', None, 3, {1: 2}.keys(), object(), b'', RED.astype(np.int32), RED]
    found = read([*given, *others, folder / 'b.png'], web=None)
    *failed, good = found
    assert good.image is not None
    assert all(picture.image is None and picture.reason for picture in failed)
    assert all('\n' not in picture.reason for picture in failed)  # one line each
    for picture, words in zip(failed, bad.values(), strict=False):
        assert words in str(picture.reason)
    reasons = ' | '.join(str(picture.reason) for picture in failed)
    for words in ('--allow-urls', 'only http', 'NoneType is no input', 'int is no input', "color='rgb'"):
        assert words in reasons


def test_a_source_can_be_left_out_or_begun_later(folder: Path) -> None:
    asked = []

    def start(source: str) -> int | None:
        asked.append(source)
        return None if source.endswith('a.jpg') else 0

    assert names(read([folder / 'a.jpg', folder / 'b.png', folder / 'missing'], start=start)) == ['b.png', 'missing']
    assert len(asked) == 3


def test_videos_among_images(folder: Path) -> None:
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter

    with VideoWriter(folder / 'clip.mp4') as writer:
        for i in range(5):
            writer.write(np.full((32, 32, 3), 40 * i, np.uint8), i / 10)
    found = read([folder / 'clip.mp4', folder / 'b.png'], every=2)
    assert [(picture.frame, picture.time) for picture in found] == [(0, 0.0), (2, pytest.approx(0.2)), (4, pytest.approx(0.4)), (0, None)]
    assert count_pictures([str(folder / 'clip.mp4'), str(folder / 'b.png')], Reading(every=2)) == 4
    later = read(folder / 'clip.mp4', start=lambda source: 3)
    assert [picture.frame for picture in later] == [3, 4]
    (folder / 'bad.mp4').write_bytes(b'nothing')
    assert read(folder / 'bad.mp4')[0].reason == 'damaged or no video (Invalid data found when processing input)'


def test_frames_before_the_damage_are_given(folder: Path) -> None:
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter

    rng = np.random.default_rng(0)
    with VideoWriter(folder / 'clip.mkv') as writer:
        for i in range(60):
            writer.write(rng.integers(0, 255, (64, 64, 3), dtype=np.uint8), i / 25)
    content = (folder / 'clip.mkv').read_bytes()
    (folder / 'clip.mkv').write_bytes(content[: len(content) // 2])
    found = read(folder / 'clip.mkv')
    assert len(found) > 5
    assert [picture.frame for picture in found] == list(range(len(found)))
    assert found[0].image is not None


def test_a_camera_gives_live_pictures_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    class Camera:
        def __init__(self, number: int) -> None:
            self.left = 3 if number == 0 else 0

        def isOpened(self) -> bool:
            return self.left > 0

        def read(self) -> tuple[bool, np.ndarray | None]:
            self.left -= 1
            return self.left >= 0, RED[..., ::-1] if self.left >= 0 else None

        def release(self) -> None:
            self.left = -1

    monkeypatch.setattr(cv2, 'VideoCapture', Camera)
    found = read('webcam:0')
    assert [picture.frame for picture in found] == [0, 1, 2]
    assert all(picture.live and picture.time is not None for picture in found)
    np.testing.assert_array_equal(found[0].image, RED)
    assert 'there is no camera 1' in str(read('webcam:1')[0].reason)
    assert count_pictures('webcam:0', Reading()) is None


@pytest.mark.parametrize(('options', 'words'), [(dict(color='gbr'), "color='gbr'"), (dict(every=0), 'every=0')])
def test_bad_options_are_refused(options: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Reading(**options)
