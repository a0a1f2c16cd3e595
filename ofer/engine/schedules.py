"""Schedules for any number of steps: those of mmengine divide by zero, or never reach their value, if a phase has a single step."""

import math
from collections.abc import Mapping
from typing import Any

from mmengine.optim import LinearLR as _LinearLR
from mmengine.optim import OneCycleLR as _OneCycleLR

from ofer.registry import PARAM_SCHEDULERS

_GAP = 1e-6  # of a step


@PARAM_SCHEDULERS.register_module()
class OneCycleLR(_OneCycleLR):
    """mmengine's; a phase that would begin and end at the same step is left out, so that a rise of one step starts at ``eta_max``."""

    def _get_value(self) -> list[float]:
        start = 0.0
        for phase in self._schedule_phases:
            if phase['end_step'] == start:
                phase['end_step'] -= _GAP
            start = phase['end_step']
        return super()._get_value()


@PARAM_SCHEDULERS.register_module()
class LinearLR(_LinearLR):
    """mmengine's; a change within a single step is made at once; mmengine's would keep ``start_factor`` forever."""

    def _get_value(self) -> list[float]:
        if self.last_step == 0 and self.total_iters == 0:
            return [group[self.param_name] * self.end_factor for group in self.optimizer.param_groups]
        return super()._get_value()


def lasting(schedule: Mapping[str, Any], epoch_length: int) -> dict[str, Any]:
    """A schedule's config that lasts at least one step.

    Args:
        schedule: as in a config. Only one with ``convert_to_iter_based`` may begin and end within an epoch.
        epoch_length: steps of an epoch, from 1.

    Returns:
        The config, with a later ``end`` where it would end at the step at which it begins.

    Example:
        >>> lasting(dict(type='LinearLR', end=0.2, convert_to_iter_based=True), epoch_length=2)['end']
        0.75
    """
    begin, end = schedule.get('begin', 0), schedule.get('end', math.inf)
    first = int(begin * epoch_length)
    if not schedule.get('convert_to_iter_based') or not begin < end or end * epoch_length >= first + 1:
        return dict(schedule)
    return dict(schedule, end=(first + 1.5) / epoch_length)  # mmengine rounds down
