"""Photographs and recordings of a turned camera: every command answers and draws as for the upright picture."""

import csv
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from mmengine.model import BaseModel
from PIL import Image

from ofer.datasets import SyntheticFaces
from ofer.registry import MODELS
from ofer.structures import FaceSample

ORIENTATION = 0x0112
STORED: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda upright: upright,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: upright.swapaxes(0, 1),
    6: np.rot90,
    7: lambda upright: np.rot90(upright, 2).swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, 3),
}
"""How the upright picture is stored, by the value of the EXIF tag."""


@MODELS.register_module()
class GreyLowerHalf(BaseModel):
    """Flags and greys the lower half of a face; the first class is the more probable the brighter the upper half is."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer('none', torch.zeros(1))

    def forward(self, inputs: torch.Tensor, data_samples: Any = None, mode: str = 'tensor') -> list[FaceSample]:
        samples = []
        for image in inputs.float():
            sample, share = FaceSample(), image[:, : image.shape[1] // 2].mean() / 255
            sample.set_pred_score(torch.stack([share, 1 - share]) + 0 * self.none)
            sample.pred_occlusion = torch.tensor([[False, False], [True, True]])
            sample.pred_image = image / 255
            sample.pred_image[:, image.shape[1] // 2 :] = 0.5
            samples.append(sample)
        return samples


@pytest.fixture(scope='module')
def scene() -> np.ndarray:
    """A drawn face beside the middle, ``(280, 360, 3)``."""
    picture = np.full((280, 360, 3), 150, np.uint8)
    picture[30:230, 120:320] = SyntheticFaces(length=3, size=200)[1]['img']
    return picture


@pytest.fixture(scope='module')
def photos(tmp_path_factory: pytest.TempPathFactory, scene: np.ndarray) -> Path:
    """One picture stored in all eight orientations, without loss, and once as the JPEG file of a telephone."""
    folder = tmp_path_factory.mktemp('turned') / 'photos'
    (folder / 'telephone').mkdir(parents=True)
    for value, stored in STORED.items():
        exif = Image.Exif()
        exif[ORIENTATION] = value
        Image.fromarray(np.ascontiguousarray(stored(scene))).save(folder / f'{value}.png', exif=exif)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.fromarray(np.ascontiguousarray(STORED[6](scene))).save(folder / 'telephone' / 'a.jpg', exif=exif, quality=98)
    return folder


@pytest.fixture(scope='module')
def options(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp('weights') / 'grey.pth'
    meta = dict(
        model=dict(type='GreyLowerHalf'), dataset_meta=dict(classes=('bright', 'dark')), aligner=dict(type='ArcFaceAligner', size=64)
    )
    torch.save(dict(meta=meta, state_dict=dict(none=torch.zeros(1))), path)
    return ['--model', 'default', '--weights', str(path), '--device', 'cpu']


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline='') as file:
        return list(csv.DictReader(file))


def pictures(folder: Path, pattern: str) -> list[np.ndarray]:
    found = [cv2.imread(str(path)) for path in sorted(folder.glob(pattern))]
    assert len(found) == len(STORED)
    return found


def test_answers_and_annotated_pictures(status: Callable[..., int], photos: Path, options: list[str], tmp_path: Path) -> None:
    table, drawn = tmp_path / 'results.csv', tmp_path / 'drawn'
    assert status('predict', photos, *options, '--out', table, '--save-images', drawn) == 0
    first, *others, telephone = rows(table)
    assert first['status'] == 'face'
    assert 100 < float(first['left']) < float(first['right']) < 340
    for row in others:
        assert {**row, 'source': ''} == {**first, 'source': ''}
    for name in ('left', 'top', 'right', 'bottom', 'nose_tip_x', 'nose_tip_y'):
        assert float(telephone[name]) == pytest.approx(float(first[name]), abs=3)
    upright, *turned = pictures(drawn, '*.png')
    for picture in turned:
        np.testing.assert_array_equal(picture, upright)
    assert cv2.imread(str(drawn / 'telephone' / 'a.jpg.png')).shape == upright.shape


def test_a_single_file_is_answered_as_the_folder(
    status: Callable[..., int], photos: Path, options: list[str], capsys: pytest.CaptureFixture
) -> None:
    lines = []
    for name in ('1.png', '6.png'):
        assert status('predict', photos / name, *options, '--no-landmarks') == 0
        lines.append(capsys.readouterr().out.replace(name, ''))
    assert lines[0] == lines[1]


def test_a_stopped_restoration_goes_on(status: Callable[..., int], photos: Path, options: list[str], tmp_path: Path) -> None:
    command = ('deocclude', photos / '1.png', photos / '2.png', *options, '--no-landmarks', '--out', tmp_path)
    assert status('deocclude', photos / '1.png', *command[3:]) == 0
    first = next(tmp_path.glob('*1.png_restored.png'))
    first.unlink()
    assert status(*command) == 0
    assert [path.name for path in tmp_path.glob('*_restored.png')] == ['2.png_restored.png']  # the first was done before
    assert [Path(row['source']).name for row in rows(tmp_path / 'results.csv')] == ['1.png', '2.png']
    assert status(*command, '--overwrite') == 0
    assert first.is_file()


def test_restored_photos(status: Callable[..., int], photos: Path, scene: np.ndarray, options: list[str], tmp_path: Path) -> None:
    assert status('deocclude', photos, *options, '--no-landmarks', '--out', tmp_path) == 0
    upright, *turned = pictures(tmp_path, '*_restored.png')
    assert upright.shape == scene.shape
    np.testing.assert_array_equal(upright[:30], scene[:30, :, ::-1])
    assert (upright != scene[..., ::-1]).any()
    for picture in turned:
        np.testing.assert_array_equal(picture, upright)


def test_crops(status: Callable[..., int], photos: Path, tmp_path: Path) -> None:
    assert status('crop', photos, tmp_path / 'cropped') == 0
    upright, *turned = pictures(tmp_path / 'cropped', '*.png')
    for picture in turned:
        np.testing.assert_array_equal(picture, upright)


def test_a_recording(status: Callable[..., int], scene: np.ndarray, options: list[str], tmp_path: Path) -> None:
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter, read_video

    for name, stored in (('upright', scene), ('turned', np.rot90(scene))):
        with VideoWriter(tmp_path / f'{name}.mp4') as writer:
            for i in range(3):
                writer.write(np.ascontiguousarray(stored), i / 10)
    content = bytearray((tmp_path / 'turned.mp4').read_bytes())
    place = content.index(b'tkhd') + 44  # the matrix of the track
    content[place : place + 36] = struct.pack('>9i', 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)  # a quarter turn clockwise
    (tmp_path / 'turned.mp4').write_bytes(content)
    table, copy = tmp_path / 'results.csv', tmp_path / 'copy.mp4'
    assert status('predict', tmp_path / 'upright.mp4', *options, '--no-landmarks', '--out', tmp_path / 'upright.csv') == 0
    assert status('predict', tmp_path / 'turned.mp4', *options, '--no-landmarks', '--out', table, '--video', copy) == 0
    assert [row['frame'] for row in rows(table)] == ['0', '1', '2']
    for turned, upright in zip(rows(table), rows(tmp_path / 'upright.csv'), strict=True):
        for name in ('left', 'top', 'right', 'bottom'):
            assert float(turned[name]) == pytest.approx(float(upright[name]), abs=4)  # both are compressed with loss
    assert {frame.image.shape for frame in read_video(copy)} == {scene.shape}
