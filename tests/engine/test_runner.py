"""Runs of one process, default hooks, and the precision of loops."""

from pathlib import Path

import pytest
from mmengine.config import Config

from ofer.engine import precision, runner
from ofer.engine.runner import Runner
from ofer.registry import SCOPE


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
