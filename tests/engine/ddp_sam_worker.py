"""One process of the SAM test with several: makes a step on its own share of the data, in one batch and in two, and writes the result."""

import torch
from mmengine.model import BaseModel, MMDistributedDataParallel

from ofer.engine.optim_wrappers import SAMOptimWrapper
from ofer.engine.processes.launch import end_processes

RHO, LR = 0.5, 0.1


class Regression(BaseModel):
    """Mean square of a linear map."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(3, 1, bias=False)
        with torch.no_grad():
            self.linear.weight.copy_(torch.tensor([[0.5, -1.0, 2.0]]))

    def forward(self, inputs: torch.Tensor, data_samples: None = None, mode: str = 'tensor') -> dict[str, torch.Tensor]:
        return {'loss': self.linear(inputs).square().mean()}


def data() -> torch.Tensor:
    """``(8, 3)``: rows 0-3 for rank 0, 4-7 for rank 1."""
    return torch.randn(8, 3, generator=torch.Generator().manual_seed(0))


def step(rank: int, world_size: int, accumulation: int) -> dict[str, object]:
    model = MMDistributedDataParallel(Regression())
    reductions = []

    def count(state: None, bucket: torch.distributed.GradBucket) -> torch.futures.Future[torch.Tensor]:
        reductions.append(1)
        tensor = bucket.buffer() / world_size
        return torch.distributed.all_reduce(tensor, async_op=True).get_future().then(lambda future: future.value()[0])

    model.register_comm_hook(None, count)
    wrapper = SAMOptimWrapper(torch.optim.SGD(model.parameters(), lr=LR), rho=RHO, accumulative_counts=accumulation)
    for batch in data().chunk(world_size)[rank].chunk(accumulation):
        model.train_step({'inputs': batch}, wrapper)
    return {'weight': model.module.linear.weight.detach()[0], 'reductions': len(reductions)}


def main(rank: int, world_size: int, store: str, out: str) -> None:
    torch.distributed.init_process_group('gloo', init_method=f'file://{store}', rank=rank, world_size=world_size)
    torch.save([step(rank, world_size, accumulation) for accumulation in (1, 2)], f'{out}.{rank}')
    end_processes()
