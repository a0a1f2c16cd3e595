import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope

from ofer.engine import graphs, precision
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
EAGER = [way for way in speed.WAYS if not way.compiled and not way.graphed]


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
    assert published['way'] == {
        'name': 'as published',
        'priors': 'both',
        'dtype': 'float32',
        'channels_last': False,
        'compiled': False,
        'graphed': False,
    }
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


@pytest.mark.parametrize(('native', 'dtype'), [(True, 'bfloat16'), (False, 'float32')])
def test_a_row_states_the_precision_in_which_it_was_computed(
    config: Config, model: BaseModel, native: bool, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: native)
    *_, report = speed.training_speed(model, config, [2], 64, 'cpu', EAGER[1:2], budget=0)
    assert [row['way']['dtype'] for row in report['rows']] == [dtype]


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


def test_parts_are_recorded_in_the_order_of_their_calls(config: Config, model: BaseModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Graphs themselves need a GPU; here a part only notes that it would be one."""
    noted: list[torch.nn.Module] = []

    def stand_in(parts: tuple, samples: tuple, allow_unused_input: bool) -> None:
        assert allow_unused_input
        for part, args in zip(parts, samples, strict=True):
            part.train()
            part(*args)  # the recorded arguments are those of the part
            forward = part.forward
            part.forward = lambda *args, part=part, forward=forward: noted.append(part) or forward(*args)

    monkeypatch.setattr(torch.cuda, 'make_graphed_callables', stand_in)
    data = speed.on_device(speed.random_batch(config, 2, 64), 'cpu')
    step = speed.training_step(model, config, data)
    with graphs.graphed_parts(model, step, torch.float32) as parts:
        names = {part: name for name, part in model.named_children()}
        assert [names[part] for part in parts] == ['backbone', 'tokens', 'guidance', 'interaction']
        step()
    assert noted == parts * 2  # SAM has two passes
    step()
    assert len(noted) == 2 * len(parts)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason='needs a GPU')
def test_graphs_give_the_maps_of_the_parts(config: Config, model: BaseModel) -> None:
    data = speed.on_device(speed.random_batch(config, 4, 64), 'cuda')
    net = model.cuda().train()
    step = speed.training_step(net, config, data)
    inputs = net.data_preprocessor(data, True)['inputs']
    with graphs.graphed_parts(net, step, torch.float32):
        graphed = net.backbone(inputs)[-1].detach().clone()
    torch.testing.assert_close(net.backbone(inputs)[-1], graphed, rtol=1e-3, atol=1e-3)
    net.cpu()
