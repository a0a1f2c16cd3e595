"""The length of a training fitted to a time."""

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModel

from ofer.engine import time_fitting
from ofer.engine.runner import Runner
from ofer.engine.time_fitting import FILE, affordable, fit_to_time, scaled_schedule
from ofer.registry import MODELS, SCOPE
from ofer.structures import FaceSample


class DemoNet(BaseModel):
    """A linear classifier of flat images."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = torch.nn.Linear(3 * 8 * 8, 2)

    def forward(self, inputs: Any, data_samples: Any = None, mode: str = 'tensor') -> Any:
        logits = self.fc(torch.stack(list(inputs)).flatten(1))
        return {'loss': torch.nn.functional.cross_entropy(logits, torch.tensor([int(x) for x in data_samples]))}


@pytest.mark.parametrize(
    ('seconds', 'per_step', 'full', 'steps', 'expected'),
    [(100, 1.0, 9, 10, 9), (99, 1.0, 9, 10, 8), (5, 1.0, 9, 10, 1), (1e6, 0.1, 9, 10, 9), (100, 1.0, 500, 1, 90), (1, 1.0, 500, 1, 10)],
)
def test_length_that_fits(seconds: float, per_step: float, full: int, steps: int, expected: int) -> None:
    assert affordable(seconds, per_step, full, steps) == expected


@pytest.mark.parametrize(
    ('schedule', 'expected'),
    [
        (dict(type='CosineAnnealingLR', T_max=10, by_epoch=True), dict(type='CosineAnnealingLR', T_max=5, by_epoch=True)),
        (dict(type='LinearLR', begin=4, end=9, convert_to_iter_based=True), dict(type='LinearLR', begin=20, end=45, by_epoch=False)),
        (dict(type='OneCycleLR', total_steps=6, convert_to_iter_based=True), dict(type='OneCycleLR', total_steps=30, by_epoch=False)),
        (dict(type='MultiStepLR', milestones=[4, 8]), dict(type='MultiStepLR', milestones=[2, 4])),
        (dict(type='mmengine.ExponentialLR', gamma=0.5), dict(type='mmengine.ExponentialLR', gamma=0.25)),
        (dict(type='ExponentialLR', gamma=0.5, end=float('inf')), dict(type='ExponentialLR', gamma=0.25, end=float('inf'))),
    ],
)
def test_schedules_keep_their_proportions(schedule: dict, expected: dict) -> None:
    assert scaled_schedule(schedule, 0.5, epoch_length=10) == expected


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(MODELS._module_dict, 'DemoNet', DemoNet)

    def build(resume: bool = False) -> Runner:
        data = [dict(inputs=torch.randn(3, 8, 8), data_samples=i % 2) for i in range(8)]
        loader = dict(batch_size=2, dataset=data, sampler=dict(type='DefaultSampler', shuffle=False))
        config = Config(
            dict(
                default_scope=SCOPE,
                model=dict(type='DemoNet'),
                work_dir=str(tmp_path),
                train_dataloader=loader,
                train_cfg=dict(by_epoch=True, max_epochs=6, val_interval=2),
                optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
                param_scheduler=[dict(type='CosineAnnealingLR', T_max=6, convert_to_iter_based=True)],
                resume=resume,
                default_hooks=dict(checkpoint=dict(type='CheckpointHook', interval=1)),
            )
        )
        return Runner.from_cfg(config)

    return build


def test_a_training_is_shortened_with_its_schedule(runner: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_fitting, '_step_seconds', lambda *_: 1.0)
    run = runner()
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    fit = fit_to_time(run, time.monotonic() + 14)  # 12.6 s: three epochs of four steps
    assert (fit.length, fit.full, fit.unit, fit.compiled) == (3, 6, 'epochs', False)
    assert all(torch.equal(value, before[name]) for name, value in run.model.state_dict().items())
    run.train()
    assert run.epoch == 3
    assert run.optim_wrapper.get_lr()['lr'][0] < 0.01  # the cosine is at its end: 12 steps instead of 24
    assert json.loads((tmp_path / FILE).read_text())['length'] == 3


def test_a_resumed_training_keeps_its_length(runner: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_text(json.dumps(dict(length=2, full=6, unit='epochs', milliseconds=1.0, compiled=False)))
    monkeypatch.setattr(time_fitting, '_step_seconds', lambda *_: pytest.fail('measured again'))
    assert fit_to_time(runner(resume=True), time.monotonic() + 1000).length == 2


def test_measuring_leaves_the_weights(runner: Any) -> None:
    run = runner()
    loader = run._built(run._train_dataloader)
    assert 0 < time_fitting._step_seconds(run, loader, most=60.0) < 5


def test_a_detector_gets_a_centre_for_the_measurement_alone() -> None:
    pixels = dict(type='ClsDataPreprocessor', mean=[120] * 3, std=[60] * 3, to_rgb=False)
    model = MODELS.build(dict(type='OcclusionDetector', data_preprocessor=pixels, detector=dict(type='ViTSVDD', in_channels=3)))
    kept = copy.deepcopy(model.state_dict())
    batch = dict(inputs=[torch.randint(0, 255, (3, 8, 8), dtype=torch.uint8)] * 2, data_samples=[FaceSample(), FaceSample()])
    time_fitting._begin_detector(model, batch)
    given = model.data_preprocessor(batch)
    assert model(**given, mode='loss')['loss'].isfinite()
    model.load_state_dict(kept)
    with pytest.raises(ValueError, match='has no centre'):
        model(**given, mode='loss')
