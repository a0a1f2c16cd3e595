"""A small training that is killed, resumed, spoilt and moved between numbers of processes; see ``resumed_worker.py``."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from ofer.compat import load_checkpoint

WORKER = Path(__file__).with_name('resumed_worker.py')
TORCHRUN = ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', '2']
# What two processes and one compute alike but for rounding: no statistics and no dropout of one process alone.
ALIKE = ['model.norm=False', 'optim_wrapper.type=OptimWrapper', 'optim_wrapper.rho=None']


def train(work_dir: Path, *options: str, kills: int = 0, processes: int = 1, status: int = 0) -> str:
    """Standard output and error of the worker."""
    launcher = TORCHRUN if processes == 2 else []
    command = [sys.executable, *launcher, str(WORKER), str(work_dir), str(kills), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, env={**os.environ, 'OMP_NUM_THREADS': '1'})
    text = done.stdout + done.stderr
    assert done.returncode == status, text
    return text


def leaves(value: Any, name: str = '') -> Iterator[tuple[str, Any]]:
    if isinstance(value, (dict, list, tuple)):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(child, f'{name}.{key}')
    else:
        yield name, value


def state(path: Path) -> dict[str, Any]:
    """Everything in a checkpoint that training goes on from."""
    checkpoint = load_checkpoint(path)
    return dict(leaves({key: checkpoint[key] for key in ('state_dict', 'ema_state_dict', 'optimizer', 'param_schedulers')}))


def assert_same(first: Path, second: Path) -> None:
    one, other = state(first), state(second)
    assert one.keys() == other.keys()
    differ = [name for name in one if not (torch.equal(one[name], other[name]) if torch.is_tensor(one[name]) else one[name] == other[name])]
    assert not differ


def losses(work_dir: Path) -> set[str]:
    """Epoch, batch, iteration and exact loss of every step that was made, also of those that were lost and made again."""
    return set((work_dir / 'steps.txt').read_text().splitlines())


@pytest.fixture(scope='module')
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Work dir of a training that nothing happened to."""
    work_dir = tmp_path_factory.mktemp('whole')
    train(work_dir)
    assert len(losses(work_dir)) == 24
    return work_dir


def killed(work_dir: Path, whole: Path, kills: int) -> list[str]:
    options = ['default_hooks.resumable.interval=2', 'custom_hooks.1.pause=0.05', 'train_dataloader.num_workers=2']
    text = train(work_dir, *options, kills=kills)
    assert losses(work_dir) == losses(whole)
    assert_same(work_dir / 'epoch_4.pth', whole / 'epoch_4.pth')
    assert {path.name for path in work_dir.glob('*.pth')} == {path.name for path in whole.glob('*.pth')}
    return re.findall(r'^ENDED (\w+) (-?\d+)$', text, re.MULTILINE)


def test_three_kills_end_in_the_same_weights(tmp_path: Path, whole: Path) -> None:
    ends = killed(tmp_path, whole, kills=3)
    assert len(ends) == 4
    assert {number: int(code) for number, code in ends}.items() <= {'SIGINT': 130, 'SIGTERM': 143, 'SIGKILL': -9, 'None': 0}.items()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_kills_end_in_the_same_weights(tmp_path: Path, whole: Path) -> None:
    ends = killed(tmp_path, whole, kills=20)
    assert len(ends) >= 15
    assert ('SIGKILL', '-9') in ends


def test_iterations_without_epochs(tmp_path: Path) -> None:
    options = ['default_hooks.checkpoint.by_epoch=False', 'default_hooks.checkpoint.interval=4', 'custom_hooks.1.pause=0.02']
    options += ['train_cfg.by_epoch=False', 'train_cfg.max_epochs=None', 'train_cfg.max_iters=12', 'train_cfg.val_interval=4']
    options += ['train_dataloader.sampler.type=InfiniteSampler', 'param_scheduler.0.convert_to_iter_based=False']
    options += ['param_scheduler.0.by_epoch=False', 'log_processor.by_epoch=False']
    train(tmp_path / 'whole', *options)
    train(tmp_path / 'killed', *options, kills=2)
    assert losses(tmp_path / 'killed') == losses(tmp_path / 'whole')
    assert_same(tmp_path / 'killed' / 'iter_12.pth', tmp_path / 'whole' / 'iter_12.pth')
