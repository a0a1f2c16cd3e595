"""Runs of one process, default hooks, and the precision of loops."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmpretrain.structures import DataSample
from torch import Tensor, nn

from ofer.engine import precision, runner
from ofer.engine.part_contracts import check_hook, check_outputs
from ofer.engine.runner import Runner
from ofer.registry import MODELS, SCOPE


def test_runs_that_start_together_have_logs_of_their_own(tmp_path: Path) -> None:
    model = dict(type='BaseDataPreprocessor', _scope_='mmengine')
    runs = [Runner.from_cfg(Config(dict(default_scope=SCOPE, model=model, work_dir=str(tmp_path / name)))) for name in 'abc']
    assert len({run.experiment_name for run in runs}) == 3
    for run in runs:
        (log,) = Path(run.work_dir).glob('*/*.log')
        assert log.parent.name == run.timestamp


@pytest.mark.parametrize('name', ['finite_loss', 'skipped_images', 'timer'])
def test_every_default_hook_can_be_switched_off(tmp_path: Path, name: str) -> None:
    model = dict(type='BaseDataPreprocessor', _scope_='mmengine')
    hooks = dict(timer=dict(type='IterTimerHook'), finite_loss=dict(type='FiniteLossHook'), skipped_images=dict(type='SkippedImagesHook'))
    config = dict(default_scope=SCOPE, model=model, work_dir=str(tmp_path), default_hooks=hooks | {name: None})
    run = Runner.from_cfg(Config(config))
    kinds = {type(hook).__name__ for hook in run.hooks}
    assert hooks[name]['type'] not in kinds
    assert kinds >= {hook['type'] for other, hook in hooks.items() if other != name} | {'RuntimeInfoHook'}


@pytest.mark.parametrize('native', [True, False])
@pytest.mark.parametrize('part', ['val', 'test'])
def test_loops_compute_in_bfloat16_only_where_the_cpu_has_it(
    tmp_path: Path, part: str, native: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: native)
    monkeypatch.setattr(runner, 'get_device', lambda: 'cpu')
    faces = dict(type='SyntheticFaces', split='val', length=2, size=48, pipeline=[dict(type='PackFace')])
    config = {
        'default_scope': SCOPE,
        'work_dir': str(tmp_path),
        'model': dict(type='BaseDataPreprocessor', _scope_='mmengine'),
        f'{part}_dataloader': dict(batch_size=1, dataset=faces, sampler=dict(type='DefaultSampler', shuffle=False)),
        f'{part}_evaluator': dict(type='FERMetric'),
        f'{part}_cfg': dict(fp16=True),
    }
    run = Runner.from_cfg(Config(config))
    assert getattr(run, f'{part}_loop').fp16 == native


class Maps(nn.Module):
    """A backbone that returns ``form`` of its map."""

    def __init__(self, form: type) -> None:
        super().__init__()
        self.form, self.layer = form, nn.Conv2d(3, 4, 1)

    def forward(self, images: Tensor) -> object:
        found = self.layer(images)
        return (found,) if self.form is tuple else found


class Loss(nn.Module):
    """A loss that returns what ``change`` makes of it."""

    def __init__(self, change: Callable) -> None:
        super().__init__()
        self.change = change

    def forward(self, cls_score: Tensor, label: Tensor, avg_factor: int | None = None) -> object:
        return self.change(nn.functional.cross_entropy(cls_score, label))


@pytest.mark.parametrize(
    ('form', 'change', 'message'),
    [
        (tuple, lambda loss: loss, None),
        (Tensor, lambda loss: loss, r'model\.backbone \(Maps\) returns Tensor, expected a tuple of feature maps'),
        (tuple, lambda loss: None, r'model\.head\.loss \(Loss\) returns NoneType, expected a scalar tensor'),
        (tuple, lambda loss: {'a': loss}, r'model\.head\.loss \(Loss\) returns dict, expected a scalar tensor'),
        (tuple, lambda loss: loss.detach(), r'model\.head\.loss \(Loss\) returns a loss without gradient'),
    ],
)
def test_an_own_part_that_returns_something_else_is_named(form: type, change: Callable, message: str | None) -> None:
    head = dict(type='LinearClsHead', num_classes=2, in_channels=4)
    model = MODELS.build(dict(type='ImageClassifier', backbone=Maps(form), neck=dict(type='GlobalAveragePooling'), head=head))
    model.head.loss_module = Loss(change)
    check_outputs(model)
    samples = [DataSample().set_gt_label(0)]
    with pytest.raises(ValueError, match=message) if message else nullcontext():
        model(torch.zeros(1, 3, 4, 4), samples, mode='loss')


def test_a_hook_without_the_arguments_of_mmengine_is_refused() -> None:
    class Late(Hook):
        def after_train_iter(self, runner: Runner) -> None:
            """Lacks the batch."""

    with pytest.raises(ValueError, match=r"the hook Late: .*'batch_idx'\. Define it as after_train_iter\(self, runner, batch_idx=None"):
        check_hook(Late(), ['train', 'val'])
    check_hook(Late(), ['test'])
    check_hook(Hook(), ['train', 'val', 'test'])


def test_a_neck_of_the_user_may_read_what_its_backbone_returns_and_losses_may_be_lists() -> None:
    class OwnNeck(nn.Module):
        def forward(self, inputs: Tensor) -> tuple[Tensor, ...]:
            return (inputs.mean((2, 3)),)

    head = dict(type='LinearClsHead', num_classes=2, in_channels=4)
    model = MODELS.build(dict(type='ImageClassifier', backbone=Maps(Tensor), neck=OwnNeck(), head=head))
    model.head.loss_module = Loss(lambda loss: [loss, loss])
    check_outputs(model)
    assert len(model(torch.zeros(1, 3, 4, 4), [DataSample().set_gt_label(0)], mode='loss')['loss']) == 2
