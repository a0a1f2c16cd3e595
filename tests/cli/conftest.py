"""A classifier of random images that trains in a second, and the commands as functions."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.cli.main import main, parse
from ofer.engine.processes.launch import run

ROOT = Path(__file__).resolve().parent.parent.parent

CONFIG = """
_base_ = '{base}'
model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=3),
    backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=3, loss=dict(type='CrossEntropyLoss')),
)
dataset = dict(
    type='FaceFolder', data_root='{data}', classes=('a', 'b', 'c'), split='test', pipeline=[dict(type='LoadFace'), dict(type='PackFace')]
)
train_dataloader = dict(
    batch_size=4, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=True), dataset=dict(dataset, split='train')
)
val_dataloader = dict(batch_size=4, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=False), dataset=dataset)
test_dataloader = val_dataloader
test_sets = dict(
    clean=dict(),
    train=dict(split='train'),
    blocks_30=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3)]),
)
val_evaluator = test_evaluator = dict(type='FERMetric')
optim_wrapper = dict(type='SAMOptimWrapper', rho=0.05, optimizer=dict(type='SGD', lr=0.05, momentum=0.9))
param_scheduler = [dict(type='CosineAnnealingLR', T_max=2, convert_to_iter_based=True)]
train_cfg = dict(by_epoch=True, max_epochs=2, val_interval=1)
val_cfg = test_cfg = dict()
"""


@pytest.fixture(scope='session')
def command() -> Callable[..., int | None]:
    """Runs a command in this process: ``command('train', config)`` is ``ofer train CONFIG``, but for how errors are shown."""

    def call(*argv: str | Path) -> int | None:
        args = parse([str(word) for word in argv])
        return args.main(args)

    return call


@pytest.fixture(scope='session')
def status() -> Callable[..., int]:
    """Exit status of a command, run in this process to save the imports; what it says goes to the standard streams."""

    def call(*argv: str | Path) -> int:
        try:
            main([str(word) for word in argv])
        except SystemExit as end:
            return end.code
        return 0

    return call


@pytest.fixture(scope='session')
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``tiny.py`` and its data: 12 images to train, 9 to test."""
    folder = tmp_path_factory.mktemp('experiment')
    rng = np.random.default_rng(0)
    for split, count in (('train', 4), ('test', 3)):
        for name in 'abc':
            (folder / 'data' / split / name).mkdir(parents=True)
            for index in range(count):
                image = rng.integers(0, 255, (32, 32, 3), dtype=np.uint8)
                cv2.imwrite(str(folder / 'data' / split / name / f'{index}.png'), image)
    (folder / 'tiny.py').write_text(CONFIG.format(base=ROOT / 'configs' / '_base_' / 'runtime.py', data=folder / 'data'))
    return folder


@pytest.fixture(scope='session')
def trained(command: Callable, experiment: Path) -> Path:
    """Work dir of two epochs in one go."""
    command('train', experiment / 'tiny.py', '--work-dir', experiment / 'whole')
    return experiment / 'whole'


@pytest.fixture
def fails(capsys: pytest.CaptureFixture) -> Callable[[Callable[[], object]], str]:
    """Runs a command that must fail and returns the message that it leaves."""

    def message(main: Callable[[], None]) -> str:
        with pytest.raises(SystemExit) as exit_:
            run(main)
        assert exit_.value.code == 1
        text = capsys.readouterr().err
        text = text[text.index('error: ') :]
        assert 'Traceback' not in text
        return text

    return message
