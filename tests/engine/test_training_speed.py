import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope

from ofer.engine import training_speed as speed
from ofer.engine.config import read_config
from ofer.engine.peak_speed import matmul_tflops, peak_of
from ofer.evaluation.complexity import Complexity, Cost
from ofer.registry import MODELS, SCOPE
from ofer.shipped import find_config

SMALL = [
    'optim_wrapper.type=SAMOptimWrapper',
    'model.landmark_prior.network.width=0.25',
    'model.interaction.landmark_channels=128',
    'model.backbone.arch.units=[1,1,1]',
    'model.interaction.size=1',
]
EAGER = [way for way in speed.WAYS if not way.compiled]


@pytest.fixture(scope='module')
def config() -> Config:
    return read_config(find_config('demo_orsanet'), SMALL)


@pytest.fixture(scope='module')
def model(config: Config) -> Iterator[BaseModel]:
    with DefaultScope.overwrite_default_scope(SCOPE):
        yield MODELS.build(config.model)


def test_rows_are_reported_one_by_one_and_written(config: Config, model: BaseModel, tmp_path: Path) -> None:
    reports = speed.training_speed(model, config, [2], 64, 'cpu', EAGER[:2], seconds=0)
    lengths = []
    for report in reports:
        speed.write_report(report, tmp_path)
        lengths.append(len(json.loads((tmp_path / 'speed.json').read_text())['rows']))
    assert lengths == [1, 2]
    published, ours = report['rows']
    assert published['way'] == {'name': 'as published', 'priors': 'both', 'dtype': 'float32', 'channels_last': False, 'compiled': False}
    assert published['problem'] == ours['problem'] == ''
    assert published['memory_mib'] > 50
    counted = report['multiply_adds']
    # two passes, forward and backward (which counts double), of the trained parts, and twice the frozen ones: FLOPs are twice as many
    flops = 2 * (6 * counted['trained'] + 2 * counted['frozen'])
    assert published['tflops'] == pytest.approx(published['images_per_second'] * flops / 1e12)
    assert ours['tflops'] == pytest.approx(ours['images_per_second'] * 12 * counted['trained'] / 1e12)
    table = [line for line in (tmp_path / 'speed.md').read_text().splitlines() if line.startswith('|')][2:]
    assert len(table) == 2
    assert '1.00' in table[0]
    assert 'priors cached' in table[1]


def test_a_row_that_fails_does_not_stop_the_others(config: Config, model: BaseModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError('no compiler\nand more')

    monkeypatch.setattr(speed, 'compile_parts', fails)
    ways = [speed.Way('compiled', 'once', compiled=True), speed.Way('plain', 'once')]
    *_, report = speed.training_speed(model, config, [2], 64, 'cpu', ways, seconds=0)
    assert [row['problem'] for row in report['rows']] == ['RuntimeError: no compiler', '']
    assert 'RuntimeError: no compiler' in speed.speed_table(report)


def test_nothing_is_started_after_the_budget(config: Config, model: BaseModel) -> None:
    *_, report = speed.training_speed(model, config, [2, 4], 64, 'cpu', EAGER[:1], seconds=0, budget=0)
    assert [row['problem'] for row in report['rows']] == ['not started: 0 s are over'] * 2


def test_a_step_that_is_not_ready_in_time_is_interrupted(config: Config, model: BaseModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, 'timed', lambda step, device: time.sleep(30))
    started = time.perf_counter()
    *_, report = speed.training_speed(model, config, [2], 64, 'cpu', EAGER[:1], limit=0.2)
    assert time.perf_counter() - started < 10
    assert report['rows'][0]['problem'] == 'not ready after 0.2 s'


@pytest.mark.parametrize(('priors', 'expected'), [('both', 2 * (60 + 14)), ('once', 2 * (60 + 7)), ('cached', 120)])
def test_flops_of_a_step(priors: str, expected: int) -> None:
    cost = Complexity(trained=Cost(0, (), 0, 10), frozen=Cost(0, (), 0, 7))
    assert speed.step_flops(cost, priors) == expected
    assert speed.step_flops(cost, priors, sam=False) == expected - 60


def test_peak_of_known_and_unknown_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = peak_of('cpu', 'float32')
    assert measured.tflops > 0.001
    assert 'measured' in measured.source
    assert matmul_tflops('cpu', torch.float32, 64, 1) > 0
    monkeypatch.setattr(torch.cuda, 'get_device_name', lambda: 'NVIDIA H100 80GB HBM3')
    assert peak_of('cuda', 'bfloat16').tflops == 989.4
    assert peak_of('cuda', 'float32').source == 'data sheet, dense, TF32'
