"""Fits the length of a training to a given time: measures its steps, and shortens the training and its schedules by the same factor.

A schedule that is only cut off would end at a high learning rate. Here every part of it keeps its share of the training.
"""

import copy
import itertools
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.optim import build_optim_wrapper
from torch.utils.data import DataLoader

from ofer.engine.checkpoints.atomic_backend import AtomicBackend
from ofer.engine.hooks.compile import compile_parts, uncompile_parts
from ofer.engine.hooks.recorded_step import WARM_UP, RecordedStepHook, keep_usual_steps, record_steps
from ofer.engine.runner import Runner
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.engine.training_speed import Overdue, limited
from ofer.models.losses.scheduled import ScheduledLoss
from ofer.models.occlusion_detectors.one_class import OneClassDetector
from ofer.stored import read_json

FILE = 'fitted.json'
SPARE = 0.1
"""Share of the time that is left for validation, saving, and steps that are slower than those measured."""
MIN_FOR_COMPILING, COMPILING = 240.0, 60.0
"""Seconds: a shorter training is not compiled; compilation is given up after so many."""
MEASURED = 8
"""Steps that are timed, after the first ones; fewer if they would take more than :data:`SHARE` of the time."""
SHARE = 0.05


@dataclass(frozen=True)
class Fit:
    """The chosen length of a training. Lengths are in epochs, or in iterations for trainings by iteration."""

    length: int
    full: int
    unit: str
    milliseconds: float
    compiled: bool

    def __str__(self) -> str:
        how = 'compiled' if self.compiled else 'not compiled'
        return f'{self.length} of {self.full} {self.unit}, {self.milliseconds:.1f} ms a step ({how})'


def fit_to_time(runner: Runner, until: float, may_compile: bool = False) -> Fit:
    """Shorten the training of a runner so that it ends in time. To be called before ``runner.train()``.

    The choice is written to the work dir, and a training that is resumed keeps it.

    Args:
        runner: its model keeps its weights.
        until: time of :func:`time.monotonic` at which the training should be over; it has at least one epoch (or ten iterations).
        may_compile: compile the networks if the training is long enough and steps get faster. Validation is not compiled.
    """
    by_epoch = runner.cfg.train_cfg.get('by_epoch', True)
    name = 'max_epochs' if by_epoch else 'max_iters'
    full = runner.cfg.train_cfg[name]
    loader = runner._train_dataloader = runner._built(runner._train_dataloader)
    file = Path(runner.work_dir) / FILE
    if runner._resume and file.is_file():
        names = [field.name for field in fields(Fit)]
        stored = read_json(file, 'Remove it: the length is chosen again then.', names)
        fit = Fit(**{name: stored[name] for name in names})
        if fit.compiled:
            compile_parts(unwrap_model(runner.model), trained=True, by_block=True)
    else:
        fit = _measured(runner, loader, until, full, by_epoch, may_compile)
        AtomicBackend().put_text(json.dumps(asdict(fit)), file)
    if fit.compiled:
        runner.register_hook(EagerValidation(), priority='VERY_HIGH')
    runner.logger.info(f'Length of the training: {fit}')
    if fit.length < full:
        _shorten(runner, fit.length, full, name, len(loader))
    return fit


class EagerValidation(Hook):
    """Runs validations without compiled code: each of their batch sizes would have to be compiled."""

    def before_val(self, runner: Runner) -> None:
        torch.compiler.set_stance('force_eager')

    def after_val(self, runner: Runner) -> None:
        torch.compiler.set_stance('default')


def affordable(seconds: float, per_step: float, full: int, steps: int) -> int:
    """The length that fits.

    Args:
        seconds: of the training.
        per_step: seconds of a step.
        full: the length of the config, an upper limit.
        steps: of an epoch; 1 if lengths are in iterations.

    Returns:
        At least one epoch, or ten iterations.

    Example:
        >>> affordable(100.0, 0.1, full=30, steps=90)  # 900 steps, of which a tenth are spare
        10
    """
    least = 1 if steps > 1 else min(10, full)
    return max(least, min(full, int((1 - SPARE) * seconds / per_step / steps)))


def scaled_schedule(schedule: Mapping[str, Any], factor: float, epoch_length: int) -> dict[str, Any]:
    """The config of a schedule, shortened.

    Args:
        schedule: as in a config; epochs that are converted to iterations are counted in iterations afterwards, so that a warm-up of one
            epoch may end within it.
        factor: in (0, 1].
        epoch_length: steps of an epoch.

    Example:
        >>> scaled_schedule(dict(type='LinearLR', end=1, by_epoch=True, convert_to_iter_based=True), 0.5, 100)
        {'type': 'LinearLR', 'end': 50, 'by_epoch': False}
    """
    new, share = dict(schedule), factor
    if new.pop('convert_to_iter_based', False):
        factor *= epoch_length
        new['by_epoch'] = False
    for name in ('begin', 'end', 'T_max', 'total_steps', 'step_size'):
        if name in new and math.isfinite(new[name]):
            new[name] = max(0 if name == 'begin' else 1, round(new[name] * factor))
    if str(new['type']).rpartition('.')[2] in ('ExponentialLR', 'ExponentialMomentum', 'ExponentialParamScheduler'):
        new['gamma'] **= 1 / share
    if 'milestones' in new:
        new['milestones'] = sorted({max(1, round(value * factor)) for value in new['milestones']})
    return new


def _measured(runner: Runner, loader: DataLoader, until: float, full: int, by_epoch: bool, may_compile: bool) -> Fit:
    kept = copy.deepcopy(runner.model.state_dict())
    seconds = _step_seconds(runner, loader, SHARE * (until - time.monotonic()))
    compiled = False
    if may_compile and until - time.monotonic() > MIN_FOR_COMPILING:
        model = unwrap_model(runner.model)
        compile_parts(model, trained=True, by_block=True)
        try:
            with limited(COMPILING):
                faster = _step_seconds(runner, loader, COMPILING)
            compiled = faster < seconds
        except (Exception, Overdue) as error:  # compilers fail in their own ways, and the training does not need them
            runner.logger.info(f'Not compiled: {str(error).splitlines()[0] if str(error) else type(error).__name__}')
        if compiled:
            seconds = faster
        else:
            uncompile_parts(model)
    runner.model.load_state_dict(kept)
    length = affordable(until - time.monotonic(), seconds, full, len(loader) if by_epoch else 1)
    return Fit(length, full, 'epochs' if by_epoch else 'iterations', 1000 * seconds, compiled)


def _step_seconds(runner: Runner, loader: DataLoader, most: float) -> float:
    """Seconds of a step, loading included, with the optimiser of the runner's config and weights that are thrown away.

    Args:
        runner: with the model.
        loader: of the training data.
        most: seconds after which the measurement ends, if it has a step.
    """
    model, wrapper = unwrap_model(runner.model), build_optim_wrapper(runner.model, copy.deepcopy(runner.cfg.optim_wrapper))
    recorded = any(isinstance(hook, RecordedStepHook) for hook in runner.hooks) and not record_steps(model, wrapper, ())
    untimed = 2 + recorded * (WARM_UP + 1)
    wait = torch.cuda.synchronize if torch.cuda.is_available() else int
    runner.model.train()
    batches = itertools.cycle(loader) if len(loader) < MEASURED + untimed else iter(loader)
    times: list[float] = []
    for batch in itertools.islice(batches, MEASURED + untimed):
        if not times:
            _begin_detector(model, batch)
        times.append(time.perf_counter())
        if len(times) > untimed + 1 and times[-1] - times[0] > most:
            break
        runner.model.train_step(batch, wrapper)
        wait()
    else:
        times.append(time.perf_counter())
    runner.model.zero_grad(set_to_none=True)
    keep_usual_steps(model)
    return (times[-1] - times[untimed]) / (len(times) - untimed - 1)


def _begin_detector(model: Any, batch: Any) -> None:
    """The first pass of a one-class detector, by one batch: without it there are no steps. It is thrown away with the weights."""
    detector = getattr(model, 'detector', None)
    if isinstance(detector, OneClassDetector) and not detector.begun:
        with torch.no_grad():
            detector.observe(model.features(model.data_preprocessor(batch)['inputs']))
            detector.begin()


def _shorten(runner: Runner, length: int, full: int, name: str, epoch_length: int) -> None:
    factor = length / full
    train = dict(runner.cfg.train_cfg, **{name: length})
    train['val_interval'] = max(1, min(length, math.ceil(train.get('val_interval', 1) * factor) if name == 'max_iters' else length // 3))
    runner.cfg.train_cfg = train
    runner._train_loop = dict(train)
    schedules = runner.param_schedulers
    if schedules is not None:
        several = schedules if isinstance(schedules, Sequence) else [schedules]
        runner.param_schedulers = [scaled_schedule(one, factor, epoch_length) for one in several]
    for module in runner.model.modules():
        if isinstance(module, ScheduledLoss):
            module.epochs = tuple(max(1, round(epochs * factor)) for epochs in module.epochs)
