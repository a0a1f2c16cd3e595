from types import SimpleNamespace

import pytest
import torch

from ofer.engine.hooks import time_budget
from ofer.engine.hooks.time_budget import rate_factor
from ofer.registry import HOOKS


def test_rate_rises_stays_and_falls():
    factors = [rate_factor(progress, rising=0.1, falling=0.5) for progress in (0, 0.05, 0.1, 0.3, 0.5, 0.75, 1, 2)]
    assert factors == pytest.approx([0.01, 0.5, 1, 1, 1, 0.5, 0, 0])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(time_budget.time, 'monotonic', lambda: now[0])
    return now


def runner() -> SimpleNamespace:
    optimizer = torch.optim.SGD([{'params': [torch.zeros(1)], 'lr': 0.2}, {'params': [torch.zeros(1)], 'lr': 0.02}], lr=0.1)
    loop = SimpleNamespace(_max_epochs=1000)
    return SimpleNamespace(
        param_schedulers=[], epoch=0, train_loop=loop, train_dataloader=SimpleNamespace(dataset=[]),
        optim_wrapper=SimpleNamespace(optimizer=optimizer),
    )  # fmt: skip


def test_training_ends_with_the_time_and_the_rates_at_zero(clock):
    hook = HOOKS.build(dict(type='TimeBudgetHook', seconds=10, rising=0.1, falling=0.5))
    run = runner()
    hook.before_train(run)
    while run.epoch < run.train_loop._max_epochs:
        hook.before_train_epoch(run)
        for step in range(3):
            hook.before_train_iter(run, step)
            rates = [group['lr'] for group in run.optim_wrapper.optimizer.param_groups]
            assert rates[0] == pytest.approx(10 * rates[1])
            if 1 <= clock[0] - 100 <= 5:
                assert rates[0] == pytest.approx(0.2)
            clock[0] += 0.5 if hook.start is not None else 100.0  # the first step takes long
            hook.after_train_iter(run, step)
        run.epoch += 1
    assert run.epoch == 7  # of 1.5 s each: after the sixth, 1 s is left, more than half an epoch
    assert rates[0] < 0.03 * 0.2


def test_a_schedule_of_the_config_is_refused(clock):
    run = runner()
    run.param_schedulers = ['cosine']
    with pytest.raises(ValueError, match='param_scheduler=None'):
        HOOKS.build(dict(type='TimeBudgetHook', seconds=10)).before_train(run)
    with pytest.raises(ValueError, match='seconds=0'):
        HOOKS.build(dict(type='TimeBudgetHook', seconds=0))
