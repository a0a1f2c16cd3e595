"""Speed by backend: one table, whose rows agree."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.cli.main import main
from ofer.export import benchmark

CONFIG = """
model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=3),
    backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=3),
)
"""


@pytest.mark.parametrize('native', [True, False])
def test_every_backend_is_a_row_and_agrees(
    native: bool, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, 'cpu_has_bfloat16', lambda: native)
    pytest.importorskip('onnx')
    pytest.importorskip('onnxruntime')
    rng = np.random.default_rng(0)
    for i in range(4):
        (folder := tmp_path / 'faces' / f'class_{i % 3}').mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f'{i}.png'), rng.integers(0, 255, (64, 64, 3), np.uint8))
    faces = str(tmp_path / 'faces')
    (config := tmp_path / 'tiny.py').write_text(CONFIG)
    options = [
        '--model',
        str(config),
        '--batch-sizes',
        '2',
        '--rounds',
        '1',
        '--backends',
        'torch',
        'onnx',
        '--data',
        faces,
        '--accuracy',
        faces,
    ]
    main(['analyze', 'backends', *options])
    lines = [[cell.strip() for cell in line.split('|')[1:-1]] for line in capsys.readouterr().out.splitlines() if line.startswith('|')]
    ways = [('torch', 'float32'), ('torch, fused', 'float32'), ('torch, fused', 'bfloat16'), ('onnx', 'float32'), ('onnx', 'int8')]
    limits = [1e-9, 1e-4, 0.05, 1e-4, 0.2]
    if not native:  # a row in bfloat16 would be imitated, or be in float32
        del ways[2], limits[2]
    header, _, *rows = lines[: 2 + len(ways)]
    assert header[0] == 'backend'
    assert [(row[0], row[1]) for row in rows] == ways
    for row, most in zip(rows, limits, strict=True):
        assert float(row[3]) > 0
        assert float(row[5]) <= most, row
    assert rows[0][4] == '1.00 (1.00 - 1.00)'
    header, _, *accuracies = lines[2 + len(ways) :]
    assert header[3] == 'accuracy, %'
    assert [(row[0], row[1], row[2]) for row in accuracies] == [(*way, '4') for way in ways]
    assert accuracies[0][4] == '+0.00 (+0.00 to +0.00)'
    assert accuracies[1][3:] == accuracies[0][3:]  # fused norms change no answer
    for row in accuracies:
        assert float(row[3]) - float(accuracies[0][3]) == float(row[4].split()[0])
    main(['analyze', 'backends', '--model', str(config), '--batch-sizes', '1', '--rounds', '1', '--backends', 'torch', '--elapsed'])
    assert ' faces/s |' in capsys.readouterr().out
