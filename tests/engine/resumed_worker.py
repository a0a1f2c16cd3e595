"""Small trainings with everything that has a state.

Random transforms of ``random``, NumPy and PyTorch, dropout, batch norm, SAM with momentum and accumulation, a schedule by iterations, an
average of the weights, validation. A job has ``work_dir``, ``options`` (``key=value``), ``replaced`` (entries of the
config in place of those here), ``processes`` or ``kills`` and their ``seed``, and goes on from what is in the work dir. Prints ``ENDED``,
the signal, the moment and the exit status of each.
"""

import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.dist import get_rank, get_world_size
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapperDict
from torch import nn

from ofer.engine.config import latest_checkpoint, parse_options
from ofer.engine.processes.launch import run, start_processes
from ofer.engine.runner import Runner
from ofer.registry import ALL_REGISTRIES, DATASETS, HOOKS, METRICS, MODELS

ROOT = Path(__file__).resolve().parent.parent.parent
LENGTH = 22
BYTES_A_STEP = 25
SLOW_DISK = 0.03
"""Seconds a write, so that a signal can come amid one."""


@DATASETS.register_module()
class NoisyNumbers(BaseDataset):
    """Vectors with noise of three kinds."""

    def load_data_list(self) -> list[dict]:
        return [{'value': i} for i in range(LENGTH)]

    def prepare_data(self, idx: int) -> dict:
        value = float(self.get_data_info(idx)['value'])
        noise = [random.random(), np.random.rand(), float(torch.rand(()))]  # noqa: NPY002
        return {'inputs': torch.tensor([value / LENGTH, *noise])}


@DATASETS.register_module()
class NoisyImages(NoisyNumbers):
    """Images of 4 x 4 pixels with the same noise, one kind a channel."""

    def prepare_data(self, idx: int) -> dict:
        value, *noise = super().prepare_data(idx)['inputs']
        ramp = torch.arange(16.0).view(4, 4) / 16
        return {'inputs': torch.stack([value + share * ramp for share in noise])}


@MODELS.register_module()
class Small(BaseModel):
    """Linear, batch norm, dropout, linear; the loss is nonsense."""

    def __init__(self, norm: bool = True) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(4, 8), nn.BatchNorm1d(8) if norm else nn.Tanh(), nn.Dropout(0.3 if norm else 0), nn.Linear(8, 1)
        )

    def forward(self, inputs: torch.Tensor, mode: str = 'tensor') -> object:
        out = self.layers(torch.stack(list(inputs)) if isinstance(inputs, (list, tuple)) else inputs)
        return {'loss': (out.squeeze(1) - torch.as_tensor(inputs)[:, 0]).square().mean()} if mode == 'loss' else list(out)


@MODELS.register_module()
class TwoParts(BaseModel):
    """Two that learn in turn, each with an optimiser of its own; the losses are nonsense."""

    def __init__(self) -> None:
        super().__init__()
        self.painter = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.3))
        self.critic = nn.Sequential(nn.Linear(4, 1), nn.Dropout(0.3))

    def forward(self, inputs: torch.Tensor, mode: str = 'tensor') -> list[torch.Tensor]:
        return list(self.critic(self.painter(torch.stack(list(inputs)))))

    def train_step(self, data: dict, optim_wrapper: OptimWrapperDict) -> dict[str, torch.Tensor]:
        painted = self.painter(data['inputs'])
        loss, _ = self.parse_losses({'loss': (self.critic(painted.detach()) - 1).square().mean()})
        optim_wrapper['critic'].update_params(loss)
        self.critic.requires_grad_(False)  # gradients left over from here would be in the next step, and in no checkpoint
        loss, log = self.parse_losses({'loss': (painted - data['inputs']).square().mean() + self.critic(painted).mean()})
        optim_wrapper['painter'].update_params(loss)
        self.critic.requires_grad_(True)
        return log


@METRICS.register_module()
class MeanOutput(BaseMetric):
    """Mean of the outputs, to have a best checkpoint."""

    def process(self, data_batch: Mapping, data_samples: list[torch.Tensor]) -> None:
        self.results += [float(value) for value in data_samples]

    def compute_metrics(self, results: list[float]) -> dict[str, float]:
        return {'accuracy': float(np.mean(results))}


@HOOKS.register_module()
class Watch(Hook):
    """Writes down every step's loss, and takes its time so that it can be killed.

    Args:
        path: where the steps go.
        pause: seconds a step.
        stop_at: iteration in which the last process gets SIGTERM.
    """

    def __init__(self, path: str, pause: float = 0.0, stop_at: int | None = None) -> None:
        self.path, self.pause, self.stop_at = path, pause, stop_at

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: object = None, outputs: Mapping | None = None) -> None:
        time.sleep(self.pause)
        if runner.iter == self.stop_at and get_rank() == get_world_size() - 1:
            os.kill(os.getpid(), signal.SIGTERM)
        if get_rank() == 0:
            with open(self.path, 'a') as file:
                file.write(f'{runner.epoch} {batch_idx} {runner.iter} {outputs["loss"].item()!r}\n')

    def before_val(self, runner: Runner) -> None:
        validating(runner.work_dir).touch()

    def after_val_iter(self, *args: object, **kwargs: object) -> None:
        time.sleep(self.pause)

    def after_val(self, runner: Runner) -> None:
        validating(runner.work_dir).unlink(missing_ok=True)  # another process may have


def validating(work_dir: str | Path) -> Path:
    """A file that is there while a validation runs."""
    return Path(work_dir) / 'validating'


def train(work_dir: Path, options: list[str], replaced: Mapping[str, object]) -> None:
    config = Config.fromfile(ROOT / 'configs' / '_base_' / 'runtime.py')
    loader = dict(
        batch_size=4,
        num_workers=1,
        persistent_workers=True,
        sampler=dict(type='DefaultSampler', shuffle=True),
        collate_fn=dict(type='default_collate'),
        dataset=dict(type='NoisyNumbers'),
    )
    config.merge_from_dict(
        dict(
            work_dir=str(work_dir),
            model=dict(type='Small'),
            train_dataloader=loader,
            # Workers of its own for each validation, as workers that stay would go on with their draws.
            val_dataloader=dict(loader, persistent_workers=False, sampler=dict(type='DefaultSampler', shuffle=False)),
            val_evaluator=dict(type='MeanOutput'),
            train_cfg=dict(by_epoch=True, max_epochs=4, val_interval=1),
            val_cfg=dict(),
            optim_wrapper=dict(type='SAMOptimWrapper', rho=0.05, accumulative_counts=2, optimizer=dict(type='SGD', lr=0.05, momentum=0.9)),
            param_scheduler=[dict(type='CosineAnnealingLR', T_max=4, convert_to_iter_based=True)],
            custom_hooks=[dict(type='EMAHook', momentum=0.1), dict(type='Watch', path=str(work_dir / 'steps.txt'))],
            launcher='pytorch' if 'RANK' in os.environ else 'none',
        )
    )
    for key, value in replaced.items():
        config[key] = [*value, config.custom_hooks[-1]] if key == 'custom_hooks' else value
    config.merge_from_dict(parse_options(options))
    for part in (config.train_cfg, config.optim_wrapper):
        for key in [key for key, value in part.items() if value in (None, 'None')]:
            del part[key]
    work_dir.mkdir(parents=True, exist_ok=True)
    path = latest_checkpoint(work_dir)
    config.resume, config.load_from = path is not None, None if path is None else str(path)
    start_processes(config)
    Runner.from_cfg(config).train()


def start(work_dir: Path, options: list[str], replaced: Mapping[str, object], processes: int = 1) -> list[int]:
    """Train in processes of one group; their ids."""
    with socket.socket() as free:
        free.bind(('localhost', 0))
        port = free.getsockname()[1]
    children: list[int] = []
    for rank in range(processes):
        child = os.fork()
        if child == 0:
            os.setpgid(0, children[0] if children else 0)
            if processes > 1:
                os.environ.update(MASTER_ADDR='localhost', MASTER_PORT=str(port))
                os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(processes))
            run(lambda: train(work_dir, options, replaced))
            sys.stdout.flush()
            os._exit(0)
        children.append(child)
    return children


def wait(children: list[int], number: signal.Signals | None = None, moment: str = 'step') -> None:
    status = max(abs(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) for child in children)
    sys.stdout.write(f'ENDED {number and number.name} {moment} {status}\n')
    sys.stdout.flush()


def kill_at_random(work_dir: Path, options: list[str], replaced: Mapping[str, object], kills: int, seed: int = 0) -> None:
    """Train in child processes: each gets a signal some steps after it has begun to train, or amid a write or a validation after these
    steps, and the last gets none."""
    rng = random.Random(seed)
    steps = work_dir / 'steps.txt'
    moments: dict[str, Callable[[], bool]] = {
        'step': lambda: True,
        'write': lambda: any(work_dir.glob('.*.pth.*.tmp')),
        'validation': lambda: validating(work_dir).exists(),
    }
    for number in [*rng.choices([signal.SIGKILL, signal.SIGTERM, signal.SIGINT], k=kills), None]:
        moment = rng.choice(list(moments))
        validating(work_dir).unlink(missing_ok=True)
        enough = (steps.stat().st_size if steps.exists() else 0) + BYTES_A_STEP * rng.randrange(5)
        [child] = start(work_dir, options, replaced)
        while number and not (steps.exists() and steps.stat().st_size > enough and moments[moment]()):
            if os.waitpid(child, os.WNOHANG) != (0, 0):  # it came to its end before
                return
            time.sleep(0.002)
        if number:
            time.sleep(rng.uniform(0, 0.2) if moment == 'step' else rng.uniform(0, SLOW_DISK / 2))
            with suppress(ProcessLookupError):
                os.killpg(child, number)  # its workers too, as Ctrl-C and job schedulers do
        wait([child], number, moment)


def synced_slowly(descriptor: int, sync: Callable[[int], None] = os.fsync) -> None:
    time.sleep(SLOW_DISK)
    sync(descriptor)


def main(jobs: Sequence[Mapping[str, Any]]) -> None:
    torch.set_num_threads(1)
    os.fsync = synced_slowly
    for registry in ALL_REGISTRIES:
        registry.import_from_location()  # once, and not in each child
    for job in jobs:
        place = Path(job['work_dir']), job.get('options', []), job.get('replaced', {})
        if 'kills' in job:
            kill_at_random(*place, job['kills'], job.get('seed', 0))
        else:
            wait(start(*place, job.get('processes', 1)))
