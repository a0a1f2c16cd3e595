"""Two runs of one process."""

from pathlib import Path

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
