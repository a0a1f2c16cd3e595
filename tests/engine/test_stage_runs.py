"""The order in which the stages of a plan are trained."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ofer.engine.stage_runs import StageRuns

NEEDS = dict(mae=(), svdd=('mae',), plain=(), fer=('svdd',))


class NotedRuns(StageRuns):
    """Trains nothing: notes the stages, and how many of them are trained at once."""

    def __init__(self, folder: Path, jobs: int = 1, failing: str = '', done: str = '') -> None:
        stages: dict[str, Any] = {
            name: SimpleNamespace(name=name, needs=needs, checkpoint=folder / f'{name}.pth') for name, needs in NEEDS.items()
        }
        super().__init__(stages, list(NEEDS), folder, jobs)
        self.failing, self.order = failing, list[str]()
        self.together = threading.Barrier(jobs)
        if done:
            stages[done].checkpoint.touch()

    def _train(self, stage: Any) -> str | None:
        self.order.append(stage.name)
        if self.jobs > 1 and stage.name in ('mae', 'plain'):
            self.together.wait(20)
        return 'has no data' if stage.name == self.failing else None


@pytest.mark.parametrize(('done', 'order'), [('', [*NEEDS]), ('mae', ['svdd', 'plain', 'fer'])])
def test_one_at_a_time_is_the_order_of_the_plan(tmp_path: Path, done: str, order: list[str]) -> None:
    for _ in range(50):
        runs = NotedRuns(tmp_path, done=done)
        assert runs.run() == {}
        assert runs.order == order


def test_a_failed_stage_stops_those_that_need_it(tmp_path: Path) -> None:
    runs = NotedRuns(tmp_path, failing='mae')
    assert runs.run() == dict(mae='has no data', svdd='needs mae', fer='needs svdd')
    assert runs.order == ['mae', 'plain']


def test_two_that_do_not_need_each_other_run_together(tmp_path: Path) -> None:
    runs = NotedRuns(tmp_path, jobs=2)
    assert runs.run() == {}  # the barrier would break if one waited for the other
    assert set(runs.order[:2]) == {'mae', 'plain'}
    assert runs.order.index('svdd') < runs.order.index('fer')
