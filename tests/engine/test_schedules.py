"""Schedules for any number of steps."""

import math

import pytest
import torch
from mmengine.config import Config

from ofer.compat import load_checkpoint
from ofer.engine.schedules import lasting
from ofer.registry import PARAM_SCHEDULERS
from ofer.shipped import config_files

EPOCHS = 3


def rates(schedule: dict, length: int, epochs: int = EPOCHS) -> list[float]:
    """Learning rate of each step."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    given = {'end': epochs if schedule.get('by_epoch', True) else epochs * length} | schedule
    made = PARAM_SCHEDULERS.build(dict(lasting(given, length), _scope_='ofer'), default_args=dict(optimizer=optimizer, epoch_length=length))
    found = []
    for _ in range(epochs * length if not made.by_epoch else epochs):
        found.append(optimizer.param_groups[0]['lr'])
        optimizer.step()
        made.step()
    return found


@pytest.mark.parametrize('pct_start', [0.0, 0.1, 0.25, 0.5, 1.0])
@pytest.mark.parametrize('three_phase', [False, True])
def test_one_cycle_of_any_length(pct_start: float, three_phase: bool) -> None:
    for length in range(1, 12):
        cycle = dict(type='OneCycleLR', eta_max=0.1, total_steps=EPOCHS, pct_start=pct_start, three_phase=three_phase)
        found = rates(dict(cycle, by_epoch=True, convert_to_iter_based=True), length)
        assert all(math.isfinite(rate) and 0 <= rate <= 0.1 + 1e-6 for rate in found)


def test_one_cycle_that_rises_within_one_step_starts_at_the_top() -> None:
    found = rates(dict(type='OneCycleLR', eta_max=0.1, total_steps=4, by_epoch=False, pct_start=0.25), length=4, epochs=1)
    assert found[0] == pytest.approx(0.1, rel=1e-4)
    assert found == sorted(found, reverse=True)


def test_a_state_of_one_cycle_is_read_from_a_checkpoint(tmp_path) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    cycle = dict(type='OneCycleLR', eta_max=0.1, total_steps=4, by_epoch=False, _scope_='ofer')
    made = PARAM_SCHEDULERS.build(cycle, default_args=dict(optimizer=optimizer, epoch_length=4))
    torch.save(dict(meta={}, state_dict={}, param_schedulers=[made.state_dict()]), tmp_path / 'a.pth')
    assert load_checkpoint(tmp_path / 'a.pth')['param_schedulers'][0]['total_steps'] == 4


def test_a_warm_up_of_one_step_ends_where_it_says() -> None:
    warm_up = dict(type='LinearLR', start_factor=0.1, by_epoch=True, end=1, convert_to_iter_based=True)
    assert rates(warm_up, length=1) == [1.0, 1.0, 1.0]
    assert rates(warm_up, length=2)[:2] == pytest.approx([0.1, 1.0])


@pytest.mark.parametrize('length', [1, 2, 4, 49])
def test_a_part_of_an_epoch_is_at_least_one_step(length: int) -> None:
    made = lasting(dict(type='LinearLR', begin=0, end=0.01, convert_to_iter_based=True), length)
    assert int(made['end'] * length) == 1
    assert lasting(dict(type='LinearLR', begin=0, end=1, convert_to_iter_based=True), length)['end'] == 1


def test_shipped_schedules_work_for_any_number_of_steps() -> None:
    schedules = []
    for path in config_files().values():
        found = Config.fromfile(path).get('param_scheduler') or []
        schedules += [dict(one) for one in (found if isinstance(found, list) else [found]) if 'type' in one and one['type'].endswith('LR')]
    unique = list({str(one): one for one in schedules}.values())
    assert len(unique) > 10
    for schedule in unique:
        for length in (1, 2, 3, 7):
            assert all(math.isfinite(rate) for rate in rates(schedule, length, epochs=2)), schedule
