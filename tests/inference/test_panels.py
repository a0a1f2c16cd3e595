"""The panel of the faces of a photo: its face has the photo's resolution, its maps those of the model."""

import os
from pathlib import Path

import cv2
import numpy as np
from mmengine.model import BaseModel

from ofer.apis.inferencer import FERInferencer
from ofer.inference.face_result import FaceResult
from ofer.inference.outputs import AnnotatedImages, Panels, Timelines, fine_crop
from ofer.inference.sources import Picture, Reading

from .conftest import SquareDetector, squares


def test_the_crop_has_the_resolution_of_the_photo() -> None:
    photo = np.random.default_rng(0).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    corners = np.array([[19.5, 9.5], [99.5, 9.5], [99.5, 89.5], [19.5, 89.5]], np.float32)  # 80 pixels wide
    np.testing.assert_array_equal(fine_crop(photo, FaceResult('a', corners=corners), 80), photo[10:90, 20:100])
    halved = fine_crop(photo, FaceResult('a', corners=corners), 40).astype(int)
    expected = photo[10:90, 20:100].reshape(40, 2, 40, 2, 3).mean((1, 3))
    assert np.abs(halved - expected).mean() < 3


def test_a_panel_shows_the_attention(tiny_model: BaseModel, tmp_path: Path) -> None:
    options = dict(device='cpu', detector=SquareDetector(), landmarks=None)
    widths = []
    for explain in (False, True):
        inferencer = FERInferencer(tiny_model, explain=explain, crops=True, **options)
        panels = Panels(tmp_path / str(explain), size=96)
        for picture, results in inferencer.frames([squares(2), squares(0)], Reading('rgb'), keep_images=True):
            panels.take(picture, results)
        assert [path.name for path in (tmp_path / str(explain)).iterdir()] == ['array 0_faces.png']
        widths.append(cv2.imread(str(tmp_path / str(explain) / 'array 0_faces.png')).shape[1])
    assert widths[1] - widths[0] == 96 + 6  # one more column


def test_pictures_of_an_input_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    source = os.fsdecode(b'bad\xff.mp4')
    face = FaceResult(source, face=0, faces=1, box=np.full(4, 9, np.float32), label='neutral', probabilities={'neutral': 1.0}, time=0.0)
    for output in (AnnotatedImages(tmp_path / 'images'), Timelines(tmp_path / 'timelines', ('neutral',))):
        output.take(Picture(source, np.zeros((40, 40, 3), np.uint8), time=0.0), [face])
        output.close(True)
    assert [os.fsencode(path.name) for path in (tmp_path / 'images').iterdir()] == [b'bad\xff.mp4_000000.png']
    assert [os.fsencode(path.name) for path in (tmp_path / 'timelines').iterdir()] == [b'bad\xff.mp4.png']
