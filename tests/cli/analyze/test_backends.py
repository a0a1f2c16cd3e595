"""Speed by backend: one table, whose rows agree."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.cli.main import main

CONFIG = """
model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=3),
    backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=3),
)
"""


def test_every_backend_is_a_row_and_agrees(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    pytest.importorskip('onnx')
    pytest.importorskip('onnxruntime')
    rng = np.random.default_rng(0)
    for i in range(4):
        cv2.imwrite(str(tmp_path / f'{i}.png'), rng.integers(0, 255, (64, 64, 3), np.uint8))
    (config := tmp_path / 'tiny.py').write_text(CONFIG)
    options = ['--model', str(config), '--batch-sizes', '2', '--rounds', '1', '--backends', 'torch', 'onnx', '--data', str(tmp_path)]
    main(['analyze', 'backends', *options])
    lines = [[cell.strip() for cell in line.split('|')[1:-1]] for line in capsys.readouterr().out.splitlines() if line.startswith('|')]
    header, _, *rows = lines
    assert header[0] == 'backend'
    ways = [('torch', 'float32'), ('torch, fused', 'float32'), ('torch, fused', 'bfloat16'), ('onnx', 'float32'), ('onnx', 'int8')]
    assert [(row[0], row[1]) for row in rows] == ways
    for row, most in zip(rows, (1e-9, 1e-4, 0.05, 1e-4, 0.2), strict=True):
        assert float(row[3]) > 0
        assert float(row[5]) <= most, row
    assert rows[0][4] == '1.00 (1.00 - 1.00)'
