"""A plan of small stages: what is trained, left, repeated, refused."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from ofer.cli.main import parse
from ofer.compat import load_checkpoint


@pytest.fixture
def plan(experiment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    short = "options=['train_cfg.max_epochs=1']"
    path = tmp_path / 'three.py'
    path.write_text(
        f"""stages = dict(
    first=dict(config='{experiment}/tiny.py', checkpoint='checkpoints/first.pth', {short}),
    second=dict(config='{experiment}/tiny.py', checkpoint='checkpoints/second.pth', options=['load_from=checkpoints/first.pth']),
    third=dict(config='{experiment}/tiny.py', checkpoint='checkpoints/third.pth', {short}),
)"""
    )
    return path


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Trainings run in this process, and are noted by the names of their folders; an error is their last line."""
    noted: list[str] = []

    def here(command: Sequence[str], log: Path, jobs: int = 1, show: Any = None, cwd: Path | None = None) -> int:
        assert command[:3] == [sys.executable, '-m', 'ofer']
        args = parse(command[3:])
        noted.append(Path(args.work_dir).name)
        log.parent.mkdir(parents=True, exist_ok=True)
        try:
            args.main(args)
        except Exception as error:
            log.write_text(f'much\n{error}\n')
            return 1
        return 0

    monkeypatch.setattr('ofer.engine.stage_runs.run_logged', here)
    return noted


def test_trains_in_order_leaves_the_weights_and_repeats_nothing(
    command: Callable, plan: Path, trained: list[str], capsys: pytest.CaptureFixture
) -> None:
    args = [str(plan), '--cfg-options', 'second.train_cfg.max_epochs=1']
    command('train-stages', *args, '--dry-run')
    said = capsys.readouterr().out
    assert not trained
    assert said.count('train tiny') == 3

    command('train-stages', *args, '--only', 'first', 'second')
    assert trained == ['first', 'second']
    left = load_checkpoint('checkpoints/second.pth')
    assert set(left) == {'meta', 'state_dict'}
    whole = load_checkpoint('work_dirs/three/second/epoch_1.pth')
    assert all(torch.equal(value, whole['state_dict'][name]) for name, value in left['state_dict'].items())
    before = load_checkpoint('checkpoints/first.pth')['state_dict']
    assert any(not torch.equal(value, before[name]) for name, value in left['state_dict'].items())

    capsys.readouterr()
    Path('checkpoints/second.pth').unlink()  # as if stopped between the training's end and this
    command('train-stages', *args)
    said = capsys.readouterr().out
    assert trained[2:] == ['second', 'third']
    assert 'first       is done' in said
    assert 'second      continue tiny' in said
    assert load_checkpoint('checkpoints/second.pth')['meta']['epoch'] == 1
    command('train-stages', *args)
    assert len(trained) == 4


def test_a_failing_stage_stops_those_that_need_it(
    command: Callable, plan: Path, trained: list[str], fails: Callable[[Callable[[], None]], str]
) -> None:
    args = [str(plan), '--cfg-options', 'second.train_cfg.max_epochs=1', 'first.train_dataloader.dataset.pipeline=[]']
    message = fails(lambda: command('train-stages', *args))
    assert trained == ['first', 'third']
    assert 'first ended with status 1' in message
    assert 'second needs first' in message
    assert 'the same command continues from here' in message
    assert not Path('checkpoints/first.pth').exists()
    assert Path('checkpoints/third.pth').exists()


def test_what_is_missing_or_differs_is_said_before_anything_starts(
    command: Callable, plan: Path, trained: list[str], fails: Callable[[Callable[[], None]], str]
) -> None:
    def message(*args: str) -> str:
        return fails(lambda: command('train-stages', str(plan), *args))

    assert 'has no forth; its stages are first, second, third' in message('--only', 'forth')
    assert 'second lacks checkpoints/first.pth' in message('--only', 'second')
    assert 'third lacks /nowhere' in message('--cfg-options', 'third.train_dataloader.dataset.data_root=/nowhere')
    assert not trained
    command('train-stages', str(plan), '--only', 'third')
    assert 'third was trained with other settings' in message('--cfg-options', 'third.optim_wrapper.rho=0.1')
    assert trained == ['third']
