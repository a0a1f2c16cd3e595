"""Broken checkpoints, result files, images and label files."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import save_file

from ofer.compat import load_checkpoint, unwrap_state_dict
from ofer.datasets import RAFDB, FaceFolder
from ofer.evaluation.comparison import compare, metrics_tables
from ofer.evaluation.result_files import read_metrics, read_predictions
from tests.fuzz.breaking import broken_bytes, broken_text
from tests.fuzz.conftest import SEED

WEIGHTS = {'conv.weight': torch.arange(512.0).reshape(8, 64), 'bn.running_mean': torch.ones(16)}


def test_broken_checkpoints(share: float, tried: Callable, folder: Path) -> None:
    """What is read of a damaged zip archive is what was written, or nothing."""
    dice = random.Random(SEED)
    torch.save({'meta': {'epoch': 3}, 'state_dict': WEIGHTS, 'optimizer': {'state': {}}}, folder / 'zip.pth')
    torch.save({'state_dict': WEIGHTS}, folder / 'old.pth', _use_new_zipfile_serialization=False)
    save_file(WEIGHTS, folder / 'new.safetensors')
    path = folder / 'broken.pth'
    for number in range(int(200 * share)):
        kind = dice.choice(['zip.pth', 'zip.pth', 'old.pth', 'new.safetensors'])
        path.write_bytes(broken_bytes((folder / kind).read_bytes(), dice))

        def read(kind: str = kind) -> None:
            found = unwrap_state_dict(load_checkpoint(path))
            if kind == 'zip.pth':  # the others have no check sums
                torch.testing.assert_close(found, WEIGHTS, rtol=0, atol=0)

        tried(read, f'{kind} {number}')


def test_broken_results(share: float, tried: Callable, folder: Path) -> None:
    dice = random.Random(SEED)
    samples = [{'img_path': f'{i}.png', 'pred_label': i % 3, 'gt_label': i % 2, 'pred_score': [0.2, 0.3, 0.5]} for i in range(4)]
    predictions = json.dumps({'config': 'tiny.py', 'sets': {'test': samples}}, indent=1)
    metrics = json.dumps({'sets': {'test': {'measures': {'accuracy': 50.0, 'auroc': None}, 'data': 'x'}}}, indent=1)
    (folder / 'whole.json').write_text(predictions, encoding='utf-8')
    whole, path = read_predictions(folder / 'whole.json'), folder / 'broken.json'
    for number in range(int(100 * share)):
        path.write_text(broken_text(predictions.replace(': ', ':='), dice).replace(':=', ': '), encoding='utf-8')
        tried(lambda: compare(whole, read_predictions(path)), f'predictions {number}')
        path.write_text(broken_text(metrics.replace(': ', ':='), dice).replace(':=', ': '), encoding='utf-8')
        tried(lambda: metrics_tables({'a': read_metrics(path)}), f'metrics {number}')


def noise(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.random.default_rng(number).integers(0, 255, (24, 24, 3), dtype=np.uint8))


def test_broken_images(share: float, tried: Callable, folder: Path) -> None:
    dice = random.Random(SEED)
    for number, name in enumerate(('happiness', 'fear')):
        noise(folder / 'data' / 'train' / name / 'a.png', number)
        noise(folder / 'data' / 'train' / name / 'b.jpg', number + 2)
    images = sorted(path for path in (folder / 'data').rglob('*.*') if path.is_file())
    for number in range(int(60 * share)):
        image = dice.choice(images)
        content = image.read_bytes()
        image.write_bytes(broken_bytes(content, dice))

        def read() -> None:
            dataset = FaceFolder(data_root=str(folder / 'data'), split='train', pipeline=[dict(type='LoadFace')])
            for index in range(len(dataset)):
                assert dataset[index]['img'].ndim == 3

        tried(read, f'{image.name} {number}')
        image.write_bytes(content)


def test_broken_lists(share: float, tried: Callable, folder: Path) -> None:
    """A line that does not fit is refused or left out with a count; no label is invented."""
    dice = random.Random(SEED)
    lines = [f'train_{i:05d}.jpg {i % 7 + 1}' for i in range(14)] + [f'test_{i:04d}.jpg {i % 7 + 1}' for i in range(7)]
    for number, line in enumerate(lines):
        noise(folder / 'rafdb/Image/aligned' / line.split()[0].replace('.jpg', '_aligned.jpg'), number)
    path = folder / 'rafdb/EmoLabel/list_patition_label.txt'
    path.parent.mkdir()
    for number in range(int(80 * share)):
        path.write_text(broken_text('\n'.join(lines) + '\n', dice), encoding='utf-8')

        def read() -> None:
            dataset = RAFDB(data_root=str(folder / 'rafdb'), split='train', pipeline=[])
            assert 0 < len(dataset) <= 15
            assert set(dataset.get_gt_labels()) <= set(range(7))

        tried(read, f'list {number}')
    shutil.rmtree(folder / 'rafdb')
    tried(lambda: RAFDB(data_root=str(folder / 'rafdb'), split='train', pipeline=[]), 'no folder')
