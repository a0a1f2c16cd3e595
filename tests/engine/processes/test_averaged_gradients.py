"""Two processes with a model that makes its own steps, against one with twice the batch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from ofer.engine.processes.launch import start_processes
from ofer.registry import MODELS

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import sys
import torch
from mmengine.model import BaseModel, is_model_wrapper
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import nn

from ofer.engine.processes.averaged_gradients import AveragedGradients
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.engine.processes.launch import end_processes

class Rivals(BaseModel):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(3, 2), nn.Linear(2, 1)

    def forward(self, x):
        return self.second(self.first(x).tanh())

    def train_step(self, x, optimizers):
        self.second.requires_grad_(False)
        optimizers['first'].update_params(self(x).square().mean())
        self.second.requires_grad_(True)
        optimizers['second'].update_params(self(x).sub(1).square().mean())
        return {}

rank, processes, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
torch.distributed.init_process_group('gloo', init_method=f'file://{folder}/meet{processes}', rank=rank, world_size=processes)
torch.manual_seed(rank)  # other weights in each: the first one's count
model = AveragedGradients(Rivals())
assert is_model_wrapper(model) and unwrap_model(model) is model.module
optimizers = OptimWrapperDict(**{
    name: OptimWrapper(torch.optim.SGD(getattr(model.module, name).parameters(), lr=0.1), clip_grad=dict(max_norm=1.0),
                       accumulative_counts=2)
    for name in ('first', 'second')
})
data = torch.randn(6, 4, 3, generator=torch.Generator().manual_seed(9))
for batch in data:
    model.train_step(batch.chunk(processes)[rank], optimizers)
torch.save(model.module.state_dict(), f'{folder}/{processes}_{rank}.pth')
torch.distributed.barrier()  # the first one to leave would take its end of the line with it
end_processes()
"""


def test_two_processes_are_one_with_twice_the_batch(tmp_path: Path) -> None:
    environment = {**os.environ, 'PYTHONPATH': str(ROOT), 'OMP_NUM_THREADS': '1'}
    runs = [
        subprocess.Popen([sys.executable, '-c', WORKER, str(rank), str(processes), str(tmp_path)], env=environment)
        for processes in (1, 2)
        for rank in range(processes)
    ]
    assert [run.wait(timeout=300) for run in runs] == [0, 0, 0]
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
