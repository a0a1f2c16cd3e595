"""``ofer crop`` from the command line."""

import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.cli.main import parse


def crop(*argv: str) -> int:
    args = parse(['crop', *argv])
    return args.main(args)


@pytest.fixture
def yunet(shared: Path) -> str:
    return str(shared / 'weights/face_detection_yunet_2023mar.onnx')


def test_portraits(shared: Path, tmp_path: Path, yunet: str, capsys: pytest.CaptureFixture) -> None:
    status = crop(str(shared / 'data/faces/portraits'), str(tmp_path / 'out'), '--detector', 'yunet', '--detector-file', yunet)
    assert status == 0
    assert '4 faces of 4 images; skipped: 0' in capsys.readouterr().err
    crops = [cv2.imread(str(path)) for path in sorted((tmp_path / 'out').glob('*.[jp]*g'))]
    assert [image.shape for image in crops] == [(112, 112, 3)] * 4


def test_what_cannot_be_read_is_an_exit_status(tmp_path: Path, yunet: str, capsys: pytest.CaptureFixture) -> None:
    with zipfile.ZipFile(tmp_path / 'in.zip', 'w') as archive:
        archive.writestr('a/noise.png', cv2.imencode('.png', np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))[1].tobytes())
        archive.writestr('a/bad.jpg', b'nothing')
    options = ['--boxes-only', '--detector', 'yunet', '--detector-file', yunet]
    assert crop(str(tmp_path / 'in.zip'), str(tmp_path / 'out'), *options) == 3
    assert '0 faces of 0 images; skipped: 2 (no face found 1, unreadable 1)' in capsys.readouterr().err


@pytest.mark.parametrize(
    'options', [('--margin', '0.2'), ('--boxes-only', '--size', '48'), ('--detector', 'cascade', '--detector-file', 'x')]
)
def test_options_that_do_not_fit_each_other(tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match='--'):
        crop(str(tmp_path), str(tmp_path / 'out'), *options)
