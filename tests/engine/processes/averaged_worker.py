"""Trains two parts that make their own steps, as one of several processes."""

from pathlib import Path

import torch
from mmengine.model import BaseModel, is_model_wrapper
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import nn

from ofer.engine.processes.averaged_gradients import AveragedGradients
from ofer.engine.processes.launch import end_processes
from ofer.engine.testing.unwrapping import unwrap_model


class Rivals(BaseModel):
    """Two layers, each with an optimiser of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(3, 2), nn.Linear(2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.first(x).tanh())

    def train_step(self, x: torch.Tensor, optimizers: OptimWrapperDict) -> dict[str, torch.Tensor]:
        self.second.requires_grad_(False)
        optimizers['first'].update_params(self(x).square().mean())
        self.second.requires_grad_(True)
        optimizers['second'].update_params(self(x).sub(1).square().mean())
        return {}


def main(rank: int, processes: int, folder: Path) -> None:
    torch.distributed.init_process_group('gloo', init_method=f'file://{folder}/meet{processes}', rank=rank, world_size=processes)
    torch.manual_seed(rank)  # other weights in each: the first one's count
    model = AveragedGradients(Rivals())
    assert is_model_wrapper(model)
    assert unwrap_model(model) is model.module
    wrappers = {}
    for name in ('first', 'second'):
        sgd = torch.optim.SGD(getattr(model.module, name).parameters(), lr=0.1)
        wrappers[name] = OptimWrapper(sgd, clip_grad=dict(max_norm=1.0), accumulative_counts=2)
    optimizers = OptimWrapperDict(**wrappers)
    for batch in torch.randn(6, 4, 3, generator=torch.Generator().manual_seed(9)):
        model.train_step(batch.chunk(processes)[rank], optimizers)
    torch.save(model.module.state_dict(), folder / f'{processes}_{rank}.pth')
    torch.distributed.barrier()  # the first one to leave would take its end of the line with it
    end_processes()
