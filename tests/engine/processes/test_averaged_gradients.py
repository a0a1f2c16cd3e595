"""Two processes with a model that makes its own steps, against one with twice the batch."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from ofer.engine.processes.launch import start_processes
from ofer.registry import MODELS
from tests.forked import Call, statuses

WORKER = Path(__file__).with_name('averaged_worker.py')


def test_two_processes_are_one_with_twice_the_batch(tmp_path: Path) -> None:
    calls = [
        Call(WORKER, (rank, processes, tmp_path), tmp_path / f'{processes}_{rank}.log') for processes in (1, 2) for rank in range(processes)
    ]
    assert statuses(*calls) == [0, 0, 0]
    one, first, second = (torch.load(tmp_path / name) for name in ('1_0.pth', '2_0.pth', '2_1.pth'))
    for name, value in one.items():
        assert torch.equal(first[name], second[name])
        torch.testing.assert_close(first[name], value, rtol=1e-5, atol=1e-6)


def test_a_model_with_its_own_step_needs_its_wrapper(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MODELS.get('HybridInpainter')  # first of all, since what a first look-up logs asks for the GPUs
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)  # which slurm needs
    config = Config(dict(launcher='slurm', model=dict(type='HybridInpainter')))
    with pytest.raises(ValueError, match=r'HybridInpainter makes its own steps.*AveragedGradients'):
        start_processes(config)
    config.model_wrapper_cfg = dict(type='AveragedGradients')
    start_processes(config)
    start_processes(Config(dict(launcher='slurm', model=dict(type='ORSANet'))))
