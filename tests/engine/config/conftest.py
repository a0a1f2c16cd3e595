"""A small config that is in order, to be broken in one place at a time."""

from pathlib import Path

import pytest

CONFIG = """
default_scope = 'ofer'
model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=7),
    backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=7, loss=dict(type='CrossEntropyLoss')),
)
pipeline = [dict(type='LoadFace'), dict(type='Resize', scale=32), dict(type='PackFace')]
dataset = dict(type='FaceFolder', data_root='data', split='test', pipeline=pipeline)
train_dataloader = dict(
    batch_size=7, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=True), dataset=dict(dataset, split='train')
)
val_dataloader = dict(batch_size=4, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=False), dataset=dataset)
test_dataloader = val_dataloader
test_sets = dict(clean=dict(), blocks=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1)]))
val_evaluator = test_evaluator = dict(type='FERMetric')
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.05, momentum=0.9), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, convert_to_iter_based=True)
train_cfg = dict(by_epoch=True, max_epochs=2, val_interval=1)
val_cfg = test_cfg = dict()
default_hooks = dict(logger=dict(type='LoggerHook', interval=50), checkpoint=dict(type='SafeCheckpointHook', interval=1))
custom_hooks = [dict(type='ChannelsLastHook')]
randomness = dict(seed=0)
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Path of a config that is in order."""
    path = tmp_path / 'tiny.py'
    path.write_text(CONFIG, encoding='utf-8')
    return path
