"""Whoever knows mmpretrain's inferencer uses it with a config from here, and gets the same answer."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from mmengine.config import Config

import ofer

ROOT = Path(__file__).resolve().parents[2]
CONFIG = f"""
_base_ = '{ROOT}/configs/_base_/runtime.py'
model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[90, 120, 150], std=[60, 50, 40], to_rgb=False, num_classes=3),
    backbone=dict(type='IRNet', arch=dict(stem=8, units=(1, 1, 1), channels=(8, 8, 8)), input_size=48),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=8, num_classes=3, loss=dict(type='CrossEntropyLoss')),
)
pipeline = [dict(type='LoadFace'), dict(type='Resize', scale=48), dict(type='PackFace')]
test_dataloader = dict(
    batch_size=1, sampler=dict(type='DefaultSampler'), dataset=dict(type='FaceFolder', data_root='', split='test', pipeline=pipeline)
)
test_cfg = dict()
test_evaluator = dict(type='FERMetric')
"""
CODE = """
import sys
from mmpretrain.apis import ImageClassificationInferencer
found = ImageClassificationInferencer(sys.argv[1], pretrained=sys.argv[2], device='cpu')(sys.argv[3])[0]
assert 'ofer' in sys.modules
print('\\nfound', found['pred_class'], *found['pred_scores'])
"""


def test_the_same_answer_in_a_process_that_imports_mmpretrain_alone(tmp_path: Path) -> None:
    (tmp_path / 'tiny.py').write_text(CONFIG)
    face = np.random.default_rng(0).integers(0, 255, (6, 6, 3), dtype=np.uint8)
    face[..., 0] //= 4  # red and blue differ: a swap would be noticed
    cv2.imwrite(str(tmp_path / 'face.png'), cv2.resize(face, (64, 64))[..., ::-1])
    torch.manual_seed(0)
    model = ofer.get_model(Config.fromfile(tmp_path / 'tiny.py'))
    torch.nn.init.normal_(model.head.fc.weight)
    meta = dict(dataset_meta=dict(classes=('anger', 'fear', 'neutral')), aligner=dict(type='BoxAligner', size=64, margin=0.0))
    torch.save(dict(meta=meta, state_dict=model.state_dict()), tmp_path / 'tiny.pth')
    arguments = [str(tmp_path / name) for name in ('tiny.py', 'tiny.pth', 'face.png')]
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', CODE, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    label, *scores = next(line for line in done.stdout.splitlines() if line.startswith('found')).split()[1:]
    inferencer = ofer.FERInferencer(arguments[0], arguments[1], device='cpu', detector=None, landmarks=None)
    (result,) = inferencer(arguments[2])
    assert result.label == label
    np.testing.assert_allclose(list(result.probabilities.values()), [float(score) for score in scores], atol=2e-4)
