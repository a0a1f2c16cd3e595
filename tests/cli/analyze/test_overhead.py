from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import ofer

MODEL = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=3),
    backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=3, loss=dict(type='CrossEntropyLoss')),
)


def test_every_way_has_a_row_beside_the_bare_model(command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    meta = dict(model=MODEL, dataset_meta=dict(classes=('a', 'b', 'c')), aligner=dict(type='BoxAligner', size=48, margin=0.0))
    torch.save(dict(meta=meta, state_dict=ofer.get_model(dict(model=MODEL)).state_dict()), tmp_path / 'tiny.pth')
    options = ['--no-detect', '--no-landmarks', '--device', 'cpu', '--faces', '6', '--rounds', '2', '--batch-size', '4']
    command('analyze', 'overhead', '--weights', tmp_path / 'tiny.pth', *options)
    out = capsys.readouterr().out
    assert '| bare model                | ' in out
    assert '1.000 (1.000 - 1.000)' in out
    assert '| inferencer, cropped faces | ' in out
    assert '| inferencer, faces found   | ' in out
