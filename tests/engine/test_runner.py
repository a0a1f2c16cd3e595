"""Runs of one process, and default hooks."""

from pathlib import Path

import pytest
from mmengine.config import Config

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
