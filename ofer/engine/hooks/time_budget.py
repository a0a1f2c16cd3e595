"""Training within a given time: the learning rate follows the share of the time that has passed."""

import math
import time

from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.runner import Runner

from ofer.registry import HOOKS


def rate_factor(progress: float, rising: float, falling: float) -> float:
    """Factor on the learning rate: rises linearly, is constant, then falls as half a cosine to 0.

    Args:
        progress: share of the time that has passed, in [0, 1]; above 1 the factor is 0.
        rising: share of the time at which it is 1 first.
        falling: share of the time from which it falls.
    """
    if progress < rising:
        return max(progress / rising, 0.01)
    if progress < falling:
        return 1.0
    return 0.5 * (1 + math.cos(math.pi * min((progress - falling) / (1 - falling), 1.0)))


@HOOKS.register_module()
class TimeBudgetHook(Hook):
    """Ends a training by epochs after about a given time, with the learning rate at 0.

    It replaces ``param_scheduler``, which must be empty; the rates of the optimiser are the largest. The time starts after the first step,
    in which data are read and occluders drawn. An epoch is the last one if less than half an epoch is left after it. A machine with
    another load trains other numbers of epochs, so that results are not reproduced exactly; the log states the number.

    Args:
        seconds: the time.
        rising: see :func:`rate_factor`.
        falling: see :func:`rate_factor`.

    Raises:
        ValueError: a value out of range.
    """

    priority = 'VERY_HIGH'

    def __init__(self, seconds: float, rising: float = 0.05, falling: float = 0.4) -> None:
        if seconds <= 0 or not 0 < rising <= falling < 1:
            raise ValueError(f'TimeBudgetHook: seconds={seconds} must be above 0, and 0 < rising={rising} <= falling={falling} < 1')
        self.seconds, self.rising, self.falling = seconds, rising, falling
        self.start: float | None = None
        self.rates: list[tuple[dict, float]] = []

    def before_train(self, runner: Runner) -> None:
        """Keep the largest rates."""
        if runner.param_schedulers:
            raise ValueError('TimeBudgetHook sets the learning rate: set param_scheduler=None')
        wrapper = runner.optim_wrapper
        parts = wrapper.values() if hasattr(wrapper, 'values') else [wrapper]
        self.rates = [(group, group['lr']) for part in parts for group in part.optimizer.param_groups]

    def _progress(self) -> float:
        return 0.0 if self.start is None else (time.monotonic() - self.start) / self.seconds

    def before_train_epoch(self, runner: Runner) -> None:
        """Make this epoch the last one if the time is nearly over."""
        progress = self._progress()
        length = progress / max(runner.epoch, 1)  # of an epoch
        if runner.epoch and progress + 1.5 * length >= 1:
            runner.train_loop._max_epochs = runner.epoch + 1
            MMLogger.get_current_instance().info(f'The {self.seconds:.0f} s are nearly over: epoch {runner.epoch + 1} is the last one')

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: dict | None = None) -> None:
        """Set the rates."""
        factor = rate_factor(self._progress(), self.rising, self.falling)
        for group, rate in self.rates:
            group['lr'] = factor * rate

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: dict | None = None, outputs: dict | None = None) -> None:
        """Start the time."""
        if self.start is None:
            self.start = time.monotonic()
