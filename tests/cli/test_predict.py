"""``ofer predict`` from its arguments to files and exit statuses. What the numbers are is tested with the inferencer."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

import ofer

ROOT = Path(__file__).resolve().parents[2]
CLASSES = ('anger', 'happiness', 'neutral')
MODEL = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=3),
    backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=3, loss=dict(type='CrossEntropyLoss')),
)


@pytest.fixture(scope='module')
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp('weights') / 'tiny.pth'
    meta = dict(model=MODEL, dataset_meta=dict(classes=CLASSES), aligner=dict(type='BoxAligner', size=32, margin=0.0))
    torch.save(dict(meta=meta, state_dict=ofer.get_model(dict(model=MODEL)).state_dict()), path)
    return path


@pytest.fixture
def options(weights: Path) -> list[str]:
    return ['--weights', str(weights), '--no-detect', '--no-landmarks', '--device', 'cpu']


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two images and something else."""
    rng = np.random.default_rng(0)
    (tmp_path / 'photos' / 'sub').mkdir(parents=True)
    for name in ('a.png', 'sub/b.jpg'):
        cv2.imwrite(str(tmp_path / 'photos' / name), rng.integers(0, 255, (64, 48, 3), dtype=np.uint8))
    (tmp_path / 'photos' / 'notes.txt').write_text('x')
    return tmp_path / 'photos'


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter

    rng = np.random.default_rng(1)
    with VideoWriter(tmp_path / 'clip.mp4') as writer:
        for i in range(10):
            writer.write(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8), i / 10)
    return tmp_path / 'clip.mp4'


def rows(path: Path) -> list[dict]:
    with path.open(newline='') as file:
        return list(csv.DictReader(file))


def test_lines_on_the_screen(status: Callable[..., int], folder: Path, options: list[str], capsys: pytest.CaptureFixture) -> None:
    assert status('predict', folder, *options) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith(f'{folder}/a.png [0 0 48 64]: ')
    assert any(name in lines[0] for name in CLASSES)
    assert '2 images, 2 faces' in err
    assert '1 files of other kinds left out: .txt (1)' in err


def test_a_table_pictures_and_a_second_start(status: Callable[..., int], folder: Path, options: list[str], tmp_path: Path) -> None:
    table, pictures = tmp_path / 'new' / 'results.csv', tmp_path / 'pictures'
    panels = tmp_path / 'panels'
    assert status('predict', folder, *options, '--out', table, '--save-images', pictures, '--save-panels', panels) == 0
    assert [Path(row['source']).name for row in rows(table)] == ['a.png', 'b.jpg']
    assert sorted(path.relative_to(pictures).as_posix() for path in pictures.rglob('*.png')) == ['a.png.png', 'sub/b.jpg.png']
    assert sorted(path.name for path in panels.rglob('*.png')) == ['a.png_faces.png', 'b.jpg_faces.png']
    content = table.read_bytes()
    assert status('predict', folder, *options, '--out', table) == 0
    assert table.read_bytes() == content


def test_unreadable_inputs_are_rows_and_a_status_of_their_own(
    status: Callable[..., int], folder: Path, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (folder / 'bad.jpg').write_text('no image')
    table = tmp_path / 'results.jsonl'
    assert status('predict', folder, tmp_path / 'missing.png', *options, '--out', table) == 3
    found = [json.loads(line) for line in table.read_text().splitlines()]
    assert [entry['status'] for entry in found] == ['face', 'unreadable', 'face', 'unreadable']
    assert found[-1]['reason'] == 'no such file'
    err = capsys.readouterr().err
    assert '2 inputs unreadable' in err
    assert 'missing.png: no such file' in err


def test_inputs_of_an_earlier_run_count(
    status: Callable[..., int], folder: Path, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (folder / 'bad.jpg').write_text('no image')
    table, pictures = tmp_path / 'results.csv', tmp_path / 'pictures'
    assert status('predict', folder, *options, '--out', table) == 3
    capsys.readouterr()
    assert status('predict', folder, folder, *options, '--out', table, '--save-images', pictures) == 3
    err = capsys.readouterr().err
    assert '0 images, 0 faces, 0 images without a face, 0 inputs unreadable; 3 inputs done by an earlier run, 1 of them unreadable' in err
    assert f'{table} had the rows of 3 inputs already, so this run made no pictures or videos of them.' in err
    assert not pictures.exists()
    assert status('predict', folder / 'a.png', *options, '--out', table) == 0  # the unreadable file is not among its inputs
    assert '1 inputs done by an earlier run, 0 of them unreadable' in capsys.readouterr().err


def test_own_outputs_are_no_inputs(status: Callable[..., int], folder: Path, options: list[str]) -> None:
    command = ('predict', folder, *options, '--out', folder / 'r.csv', '--save-images', folder / 'drawn')
    assert status(*command) == 0
    content = (folder / 'r.csv').read_bytes()
    assert status(*command) == 0
    assert (folder / 'r.csv').read_bytes() == content


def test_quiet_says_nothing(
    status: Callable[..., int], folder: Path, options: list[str], tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    assert status('predict', folder, *options, '--quiet', '--out', tmp_path / 'results.csv') == 0
    assert capfd.readouterr() == ('', '')


def test_a_video_with_its_copy_and_timeline(status: Callable[..., int], clip: Path, options: list[str], tmp_path: Path) -> None:
    from ofer.inference.video import read_video

    table, copy, timeline = tmp_path / 'clip.csv', tmp_path / 'copy.mp4', tmp_path / 'timeline.png'
    assert status('predict', clip, *options, '--out', table, '--video', copy, '--timeline', timeline) == 0
    assert [int(row['frame']) for row in rows(table)] == list(range(10))
    assert {row['track'] for row in rows(table)} == {'0'}
    assert [frame.time for frame in read_video(copy)] == pytest.approx([i / 10 for i in range(10)], abs=1e-3)
    assert cv2.imread(str(timeline)).shape[1] > 500


def test_a_video_that_was_answered_in_part_goes_on_with_its_tracks(
    status: Callable[..., int], clip: Path, options: list[str], tmp_path: Path
) -> None:
    whole, cut = tmp_path / 'whole.csv', tmp_path / 'cut.csv'
    for table in (whole, cut):
        assert status('predict', clip, *options, '--out', table) == 0
    journal = cut.with_name('cut.csv.progress')
    journal.write_bytes(b''.join(journal.read_bytes().splitlines(keepends=True)[:5]))  # settings and four frames
    assert status('predict', clip, *options, '--out', cut) == 0
    assert cut.read_bytes() == whole.read_bytes()
    journal.write_bytes(b''.join(journal.read_bytes().splitlines(keepends=True)[:5]))
    copy = tmp_path / 'copy.mp4'
    assert status('predict', clip, *options, '--out', cut, '--video', copy) == 0  # which needs all frames
    assert cut.read_bytes() == whole.read_bytes()
    from ofer.inference.video import read_video

    assert len(list(read_video(copy))) == 10


def test_videos_of_one_stem_have_outputs_of_their_own(status: Callable[..., int], clip: Path, options: list[str], tmp_path: Path) -> None:
    (tmp_path / 'clip.avi').write_bytes(clip.read_bytes())
    copies, timelines = tmp_path / 'copies', tmp_path / 'timelines'
    assert status('predict', clip, tmp_path / 'clip.avi', *options, '--every', '5', '--video', copies, '--timeline', timelines) == 0
    assert sorted(path.name for path in copies.iterdir()) == ['clip.avi.mp4', 'clip.mp4.mp4']
    assert sorted(path.name for path in timelines.iterdir()) == ['clip.avi.png', 'clip.mp4.png']


def test_a_model_that_repaints_nothing_leaves_no_table(
    status: Callable[..., int], folder: Path, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert status('deocclude', folder, '--model', 'default', *options, '--out', tmp_path / 'restored') == 1
    assert 'repaints nothing' in capsys.readouterr().err
    assert not (tmp_path / 'restored').exists()


def test_places_are_checked_before_the_networks_are_loaded(
    status: Callable[..., int], clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    content = clip.read_bytes()
    assert status('predict', clip, '--weights', 'missing.pth', '--video', clip) == 1
    assert 'which is one of the inputs' in capsys.readouterr().err
    assert clip.read_bytes() == content
    second = tmp_path / 'second.mp4'
    second.write_bytes(content)
    assert status('predict', clip, second, '--weights', 'missing.pth', '--timeline', tmp_path / 'one.png') == 1
    assert 'Give a folder' in capsys.readouterr().err


@pytest.mark.parametrize(
    ('more', 'code', 'words'),
    [
        (['--timeline', 'x.docx'], 2, 'x.docx: expected a name that ends in .png or'),
        (['--video', 'out.gif'], 2, 'out.gif: expected a name that ends in .mp4 or'),
        (['--out', 'results.xlsx'], 1, 'results are written as .csv, .jsonl, .parquet'),
        (['--min-probability', '2'], 2, 'expected a share from 0 to 1'),
        (['--min-size', 'nan'], 2, 'expected a finite number of at least 0'),
        (['--batch-size', '0'], 2, 'at least 1'),
        (['--schema', 'openface'], 2, 'invalid choice'),
        (['--weights', 'missing.pth'], 1, 'no such checkpoint'),
        (['--device', 'quantum'], 1, "device='quantum'"),
    ],
)
def test_mistakes_are_one_message(
    status: Callable[..., int], folder: Path, options: list[str], more: list[str], code: int, words: str, capsys: pytest.CaptureFixture
) -> None:
    assert status('predict', folder, *options, *more) == code
    err = capsys.readouterr().err
    assert words in err
    assert 'Traceback' not in err


def test_another_models_file_is_not_continued(status: Callable[..., int], folder: Path, options: list[str], tmp_path: Path) -> None:
    table = tmp_path / 'results.csv'
    assert status('predict', folder, *options, '--out', table) == 0
    content = table.read_bytes()
    assert status('predict', folder, *options, '--out', table, '--min-size', '3') == 1
    assert table.read_bytes() == content
    assert status('predict', folder, *options, '--out', table, '--min-size', '3', '--overwrite') == 0


def test_other_weights_under_the_same_name_are_noticed(
    status: Callable[..., int], folder: Path, options: list[str], weights: Path, tmp_path: Path
) -> None:
    table, own = tmp_path / 'results.csv', tmp_path / 'own.pth'
    own.write_bytes(weights.read_bytes())
    options = ['--weights', str(own), *options[2:]]
    assert status('predict', folder, *options, '--out', table) == 0
    content = torch.load(own)
    content['state_dict']['head.fc.bias'] += 1
    torch.save(content, own)
    assert status('predict', folder, *options, '--out', table) == 1


@pytest.mark.slow
def test_a_killed_job_goes_on_without_a_lost_or_doubled_row(options: list[str], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    photos = tmp_path / 'photos'
    photos.mkdir()
    for i in range(200):
        cv2.imwrite(str(photos / f'{i:03d}.png'), rng.integers(0, 255, (200, 200, 3), dtype=np.uint8))
    call = [sys.executable, '-m', 'ofer', 'predict', str(photos), *options, '--batch-size', '2', '--out']
    environment = {**os.environ, 'PYTHONPATH': str(ROOT), 'OMP_NUM_THREADS': '1'}
    whole, cut = tmp_path / 'whole.csv', tmp_path / 'cut.csv'
    subprocess.run([*call, str(whole)], env=environment, check=True)
    for _ in range(2):
        begun = cut.stat().st_size if cut.exists() else 0
        job = subprocess.Popen([*call, str(cut)], env=environment)
        while job.poll() is None and (not cut.exists() or cut.stat().st_size < begun + rng.integers(2_000, 20_000)):
            time.sleep(0.01)
        job.send_signal(signal.SIGKILL)
        job.wait()
    subprocess.run([*call, str(cut)], env=environment, check=True)
    assert cut.read_bytes() == whole.read_bytes()


def test_the_models_that_are_known(status: Callable[..., int], capsys: pytest.CaptureFixture) -> None:
    assert status('models', 'orsanet_rafdb') == 0
    assert capsys.readouterr().out.startswith('orsanet_rafdb  ORSANet')
    assert status('models', 'nobody_*') == 1


def test_doctor(status: Callable[..., int], capsys: pytest.CaptureFixture) -> None:
    assert status('doctor', '--device', 'cpu') == 0
    out = capsys.readouterr().out
    assert f'ofer           {ofer.__version__}' in out
    assert 'relative error' in out
    assert out.endswith('all is well\n')
    for name in ('onnxruntime', 'openvino', 'ray'):
        version = re.search(rf'^ +{name} +(\S.*)$', out, re.MULTILINE)
        assert version
        assert re.fullmatch(r"\d+\.\d+\S*|not installed; pip install 'ofer\[\w+\]'", version[1])
    assert status('doctor', '--device', 'quantum') == 1
    assert 'WRONG arithmetic' in capsys.readouterr().out
