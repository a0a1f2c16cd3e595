"""Ours beside a stand-in of fer on a tiny FER2013: the same pixels, labels by name."""

import json
import sys
import types
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

import ofer
from ofer.cli.analyze.other_tools import measure, read_faces

MODEL = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=8),
    backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=8, loss=dict(type='CrossEntropyLoss')),
)
CLASSES = ('contempt', 'surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral')


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Four dark angry faces and four bright happy ones."""
    for name, value in (('angry', 40), ('happy', 220)):
        (tmp_path / 'fer2013' / 'test' / name).mkdir(parents=True)
        for i in range(4):
            cv2.imwrite(str(tmp_path / 'fer2013' / 'test' / name / f'{i}.png'), np.full((48, 48), value + i, np.uint8))
    return tmp_path / 'fer2013'


def test_all_get_the_same_pixels(
    data: Path, tmp_path: Path, command: Callable, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    class FER:
        def _classify_emotions(self, faces: np.ndarray) -> np.ndarray:
            seen.append(float((faces < -0.99).mean()))
            bright = np.median(faces, (1, 2)) > 0
            return np.stack([~bright, *[0 * bright] * 2, bright, *[0 * bright] * 3], 1).astype(float)

    module = types.ModuleType('fer.fer')
    module.FER = FER  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, 'fer', types.ModuleType('fer'))
    monkeypatch.setitem(sys.modules, 'fer.fer', module)
    meta = dict(model=MODEL, dataset_meta=dict(classes=CLASSES), aligner=dict(type='BoxAligner', size=32, margin=0.0))
    torch.save(dict(meta=meta, state_dict=ofer.get_model(dict(model=MODEL)).state_dict()), tmp_path / 'tiny.pth')
    options = ['--tools', 'fer', '--ratios', '0', '0.25', '--weights', tmp_path / 'tiny.pth', '--device', 'cpu']
    command('analyze', 'other-tools', data, *options, '--out', tmp_path / 'numbers' / 'a.json')
    out = capsys.readouterr().out
    assert 'FER2013 test, 8 images' in out
    assert next(line for line in out.splitlines() if line.startswith('| fer ')).count('100.0 (100.0)') == 2
    assert seen[0] == 0
    assert seen[1] == pytest.approx(0.25, abs=0.03)
    numbers = json.loads((tmp_path / 'numbers' / 'a.json').read_text())
    assert numbers['tools']['fer']['0']['accuracy'] == 100
    assert set(numbers['tools']['ofer']) == {'0', '25'}


def test_more_classes_are_dropped() -> None:
    answers = {'contempt': [0.9, 0.1], 'neutral': [0.04, 0.3], 'anger': [0.06, 0.6]}
    found = measure(answers, np.array([1, 0]), ('neutral', 'anger'))
    assert found['accuracy'] == 50
    # both answers are anger, with 0.06 / 0.10 and 0.6 / 0.9; the first is right: two bins of one face each
    assert found['calibration_error'] == pytest.approx(100 * ((1 - 0.6) + 2 / 3) / 2)


def test_the_same_images_each_time(data: Path) -> None:
    one, two = (read_faces(str(data), 'test', 0.25, 3) for _ in range(2))
    np.testing.assert_array_equal(one[0], two[0])
    assert len(one[1]) == 3


def test_wrong_arguments(data: Path, status: Callable, capsys: pytest.CaptureFixture) -> None:
    assert status('analyze', 'other-tools', data, '--python', 'fer=python') != 0
    assert 'name fer, which --tools does not' in capsys.readouterr().err
    assert status('analyze', 'other-tools', data, '--python', 'fer') == 2
    assert 'expected NAME=VALUE' in capsys.readouterr().err
