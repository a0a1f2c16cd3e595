"""A slip in a config is one message that names file, key, value and remedy, before anything is built."""

from pathlib import Path

import pytest
from mmengine.config import Config

from ofer.engine.config import TRAINING, check_config, read_config
from ofer.engine.config.signatures import signature_of
from ofer.registry import MODELS

ROOT = Path(__file__).resolve().parents[3]
CONFIGS = sorted(path for path in (ROOT / 'configs').rglob('*.py') if '_base_' not in path.parts)


def test_a_config_in_order_passes(tiny: Path) -> None:
    assert read_config(tiny, needs=TRAINING).train_cfg.max_epochs == 2


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_every_config_of_the_package_passes(path: Path) -> None:
    config = Config.fromfile(path)
    if 'model' in config:
        check_config(config, ['model'])


@pytest.mark.parametrize(
    ('option', 'message'),
    [
        # numbers
        ('optim_wrapper.optimizer.lr=1e-3x', r"optim_wrapper\.optimizer\.lr='1e-3x': expected a number"),
        ('optim_wrapper.optimizer.lr=-1', r'optimizer\.lr=-1: expected a value above 0'),
        ('optim_wrapper.optimizer.lr=nan', r"optimizer\.lr='?nan'?: expected a"),
        ('optim_wrapper.optimizer.momentum=1.5', r'momentum=1\.5: expected a value in \[0, 1\)'),
        ('optim_wrapper.clip_grad.max_norm=x', r"clip_grad\.max_norm='x': expected a number"),
        ('train_dataloader.batch_size=0', r'train_dataloader\.batch_size=0: expected a value from 1'),
        ('train_dataloader.batch_size=1e1', r'train_dataloader\.batch_size=10\.0: expected an integer'),
        ('train_dataloader.batch_size=None', r'train_dataloader\.batch_size=None: expected an integer'),
        ('train_dataloader.shuffle=False', r'shuffle=False: the sampler decides the order: set train_dataloader\.sampler\.shuffle'),
        ('train_dataloader.num_workers=-1', r'num_workers=-1: expected a value from 0'),
        ('train_dataloader.drop_last=maybe', r"drop_last='maybe': expected True or False"),
        ('train_cfg.max_epochs=ten', r"train_cfg\.max_epochs='ten': expected an integer"),
        ('train_cfg.max_epochs=0', r'train_cfg\.max_epochs=0: expected a value from 1'),
        ('train_cfg.val_interval=0', r'train_cfg\.val_interval=0: expected a value from 1'),
        ('randomness.seed=-5', r'randomness\.seed=-5: expected a value in \[0, 2\*\*32 - 1\]'),
        ('randomness.seed=one', r"randomness\.seed='one': expected an integer"),
        ('default_hooks.checkpoint.interval=0', r'checkpoint\.interval=0: expected a value from 1, or -1'),
        ('default_hooks.logger.interval=often', r"logger\.interval='often': expected an integer"),
        ('train_dataloader.dataset.pipeline.1.scale=0', r'dataset\.pipeline\.1\.scale=0: expected a value above 0'),
        ('train_dataloader.dataset.data_root=7', r'train_dataloader\.dataset\.data_root=7: expected a text'),
        ('train_dataloader.dataset.data_root=None', r'train_dataloader\.dataset\.data_root=None: expected a text'),
        ('model.backbone.depth=deep', r"model\.backbone\.depth='deep': expected an integer"),
        ('model.head.num_classes=0', r'model\.head\.num_classes=0: expected a value from 1'),
        ('param_scheduler.eta_min_ratio=low', r"param_scheduler\.eta_min_ratio='low': expected a number"),
        ('test_sets.blocks.before_packing.0.ratio=much', r"test_sets\.blocks\.before_packing\.0\.ratio='much': expected a number"),
        ('work_dir=3', r'work_dir=3: expected a text'),
        ('log_level=LOUD', r"log_level='LOUD': expected a value the name of a level"),
        # names of components
        ('optim_wrapper.optimizer.type=AdamWW', r"optimizer\.type='AdamWW': no optimizer has this name\. Did you mean AdamW"),
        ('model.backbone.type=Resnet', r"model\.backbone\.type='Resnet': no .* has this name\. Did you mean ResNet"),
        ('model.head.loss.type=StagedLoss', r"type='StagedLoss': It is called ScheduledLoss since version 0\.2"),
        ('model.head.loss.type=CrossEntropy', r'model\.head\.loss\.type=.*Did you mean .*CrossEntropyLoss'),
        ('train_dataloader.dataset.type=FaceFolderr', r'dataset\.type=.*Did you mean FaceFolder'),
        ('train_dataloader.sampler.type=Balanced', r"sampler\.type='Balanced': no data sampler has this name"),
        ('train_dataloader.dataset.pipeline.0.type=LoadFaces', r'pipeline\.0\.type=.*Did you mean LoadFace'),
        ('custom_hooks.0.type=ChannelLastHook', r'custom_hooks\.0\.type=.*Did you mean ChannelsLastHook'),
        ('val_evaluator.type=FERMetrics', r'val_evaluator\.type=.*Did you mean FERMetric'),
        ('param_scheduler.type=Cosine', r"param_scheduler\.type='Cosine': no parameter scheduler has this name"),
        # names of arguments
        ('optim_wrapper.optimizer.learning_rate=1', r'optimizer\.learning_rate: SGD has no such argument'),
        ('optim_wrapper.optimizer.weight_deca=1', r'weight_deca: SGD has no such argument\. Did you mean weight_decay\?'),
        ('train_cfg.max_epoch=3', r'train_cfg\.max_epoch: EpochBasedTrainLoop has no such argument\. Did you mean max_epochs\?'),
        ('train_dataloader.batchsize=3', r'train_dataloader\.batchsize: a data loader has no such argument\. Did you mean batch_size\?'),
        ('optim_wrapper.paramwise_cfg.norm_decay=0', r'paramwise_cfg\.norm_decay: no such setting\. Did you mean norm_decay_mult\?'),
        ('train_dataloader.dataset.dataroot=x', r'dataset\.dataroot: FaceFolder has no such argument\. Did you mean data_root\?'),
        ('randomness.sed=1', r'randomness\.sed: no such setting\. Did you mean seed\?'),
        # kinds
        ('model=5', r'model=5: expected'),
        ('custom_hooks=5', r'custom_hooks=5: expected'),
        ('optim_wrapper.optimizer=SGD', r"optim_wrapper\.optimizer='SGD': expected a dict"),
        ('val_cfg=None', r'has val_dataloader and val_evaluator without val_cfg'),
    ],
)
def test_a_slip_is_one_message(tiny: Path, option: str, message: str) -> None:
    with pytest.raises(ValueError, match=rf'tiny\.py: {message}|tiny\.py: \S*{message}') as caught:
        read_config(tiny, [option], TRAINING)
    assert len(str(caught.value).splitlines()) <= 3


@pytest.mark.parametrize(
    ('old', 'new', 'message'),
    [
        ('model = dict', 'modell = dict', 'modell: nothing reads this. Did you mean model?'),
        ('optim_wrapper = ', 'optim_wraper = ', 'optim_wraper: nothing reads this. Did you mean optim_wrapper?'),
        ('model = dict', 'network = dict', 'has no model'),
        ("type='SGD', ", '', 'optim_wrapper.optimizer: has no type'),
        (
            "dict(type='SGD', lr=0.05, momentum=0.9)",
            "dict(type='OptimWrapper')",
            "optimizer.type='OptimWrapper': no optimizer has this name",
        ),
        ('max_epochs=2, ', '', 'train_cfg: EpochBasedTrainLoop needs max_epochs'),
        ("sampler=dict(type='DefaultSampler', shuffle=True), ", '', 'train_dataloader: has no sampler'),
    ],
)
def test_a_slip_in_the_file(tiny: Path, old: str, new: str, message: str) -> None:
    text = tiny.read_text(encoding='utf-8')
    assert old in text
    tiny.write_text(text.replace(old, new, 1), encoding='utf-8')
    with pytest.raises(ValueError, match=r'tiny\.py: ') as caught:
        read_config(tiny, needs=TRAINING)
    assert message in str(caught.value)


def test_all_slips_are_listed(tiny: Path) -> None:
    with pytest.raises(ValueError, match='batch_size') as caught:
        read_config(tiny, ['train_dataloader.batch_size=0', 'train_cfg.max_epochs=0'])
    assert len(str(caught.value).splitlines()) == 2


def test_arguments_that_go_to_another_library_are_not_refused() -> None:
    """``**kwargs`` of TIMMBackbone and TimmClassifier go to timm, and those of ``DropoutLinearHead`` to its base alone."""
    assert signature_of(MODELS.get('TimmClassifier')).more
    assert signature_of(MODELS.get('TIMMBackbone')).more
    head = signature_of(MODELS.get('DropoutLinearHead'))
    assert not head.more
    assert {'dropout', 'loss', 'topk'} <= set(head.arguments)
