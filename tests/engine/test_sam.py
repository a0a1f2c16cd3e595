import math
from copy import deepcopy
from pathlib import Path

import pytest
import torch
from mmengine.model import BaseModel
from torch import nn

from ofer.engine.optim_wrappers import SAMOptimWrapper
from ofer.engine.optim_wrappers.sam import perturbation
from ofer.registry import OPTIM_WRAPPERS
from tests.forked import Call, statuses

WORKER = Path(__file__).with_name('ddp_sam_worker.py')


class Quadratic(BaseModel):
    """Loss (3 w1^2 + 2 w2^2) / 2, so its gradient is (3 w1, 2 w2); starts at w = (1, 2)."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.tensor([1.0, 2.0]))

    def forward(self, inputs: torch.Tensor, data_samples: None = None, mode: str = 'tensor') -> dict[str, torch.Tensor]:
        return {'loss': (torch.tensor([3.0, 2.0]) * self.w**2).sum() / 2}


class Net(BaseModel):
    """Two layers with batch statistics in between (or not), an unused parameter and a frozen part that is computed beforehand."""

    def __init__(self, norm: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.prior = nn.Linear(4, 4).requires_grad_(False).eval()
        self.layers = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5) if norm else nn.Identity(), nn.Tanh(), nn.Linear(5, 3))
        self.unused = nn.Parameter(torch.ones(2))
        self.calls: list[torch.Tensor | None] = []
        self.precomputed = 0

    def precompute(self, inputs: torch.Tensor, data_samples: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
        self.precomputed += 1
        return {'prior': self.prior(inputs)}

    def forward(
        self, inputs: torch.Tensor, data_samples: torch.Tensor | None = None, mode: str = 'tensor', prior: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        self.calls.append(prior)
        logits = self.layers(inputs + (self.prior(inputs) if prior is None else prior))
        return {'loss': nn.functional.cross_entropy(logits, data_samples)}


@pytest.fixture
def batch() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return {'inputs': torch.randn(8, 4, generator=generator), 'data_samples': torch.randint(3, (8,), generator=generator)}


def halves(batch: dict[str, torch.Tensor]) -> list[dict[str, torch.Tensor]]:
    return [{key: value.chunk(2)[part] for key, value in batch.items()} for part in (0, 1)]


def sgd(model: nn.Module, lr: float = 0.1, **kwargs: object) -> torch.optim.Optimizer:
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr, **kwargs)


def weights(model: nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def test_perturbation_by_hand() -> None:
    w, g = [torch.tensor([1.0]), torch.tensor([2.0])], [torch.tensor([3.0]), torch.tensor([4.0])]
    # ||g|| = 5, over both tensors together.
    assert torch.cat(perturbation(w, g, rho=0.5)) == pytest.approx([0.3, 0.4])
    # |w| g = (3, 8) with norm sqrt(73); w^2 g = (3, 16).
    assert torch.cat(perturbation(w, g, rho=0.5, adaptive=True)) == pytest.approx([1.5 / math.sqrt(73), 8 / math.sqrt(73)])


def test_perturbation_is_independent_of_the_gradients_scale_and_zero_for_zero() -> None:
    w, g = [torch.randn(3, 4), torch.randn(5)], [torch.randn(3, 4), torch.randn(5)]
    for adaptive in (False, True):
        one, big = perturbation(w, g, 0.05, adaptive), perturbation(w, [2.0**16 * t for t in g], 0.05, adaptive)
        torch.testing.assert_close(one, big)
        assert all((e == 0).all() for e in perturbation(w, [torch.zeros_like(t) for t in g], 0.05, adaptive))


def test_step_on_a_quadratic() -> None:
    # g = (3, 4), e = 0.5 g / 5 = (0.3, 0.4), gradient at w + e = (3 * 1.3, 2 * 2.4) = (3.9, 4.8), w - 0.1 * that = (0.61, 1.52).
    # Going down instead of up would end in (0.79, 1.68).
    model = Quadratic()
    model.train_step({'inputs': torch.zeros(1)}, SAMOptimWrapper(sgd(model), rho=0.5))
    assert model.w.detach() == pytest.approx([0.61, 1.52])


def test_adaptive_step_on_a_quadratic() -> None:
    # e = (1.5, 8) / sqrt(73) = (0.17556, 0.93634), gradient there (3.52669, 5.87267).
    model = Quadratic()
    model.train_step({'inputs': torch.zeros(1)}, SAMOptimWrapper(sgd(model), rho=0.5, adaptive=True))
    assert model.w.detach() == pytest.approx([0.647331, 1.412733], abs=1e-5)


def test_radius_zero_is_the_base_optimiser(batch: dict[str, torch.Tensor]) -> None:
    sam, base = Net(), Net()
    wrapper = SAMOptimWrapper(torch.optim.Adam(sam.parameters(), lr=0.01), rho=0.0)
    optimizer = torch.optim.Adam(base.parameters(), lr=0.01)
    for _ in range(3):
        sam.train_step(batch, wrapper)
        optimizer.zero_grad()
        base(**batch, mode='loss')['loss'].backward()
        optimizer.step()
    torch.testing.assert_close(weights(sam), weights(base))


def test_two_half_batches_are_one_batch(batch: dict[str, torch.Tensor]) -> None:
    whole, half = Net(), Net()
    # The perturbation follows the gradient of the whole step: pass 1 of both halves comes first.
    wrapper = SAMOptimWrapper(sgd(whole), rho=0.5)
    whole.train_step(batch, wrapper)
    wrapper = SAMOptimWrapper(sgd(half), rho=0.5, accumulative_counts=2)
    for part in halves(batch):
        half.train_step(part, wrapper)
    torch.testing.assert_close(weights(half), weights(whole))
    assert half.precomputed == 2
    assert len(half.calls) == 4


def test_last_accumulation_may_be_shorter(batch: dict[str, torch.Tensor]) -> None:
    one, rest = Net(), Net()
    one.train_step(batch, SAMOptimWrapper(sgd(one), rho=0.5))
    wrapper = SAMOptimWrapper(sgd(rest), rho=0.5, accumulative_counts=3)
    wrapper.initialize_count_status(rest, 0, 1)  # the run ends after one batch, which must count in full
    rest.train_step(batch, wrapper)
    torch.testing.assert_close(weights(rest), weights(one))


def test_what_does_not_train_is_computed_once_and_used_twice(batch: dict[str, torch.Tensor]) -> None:
    model = Net()
    model.train_step(batch, SAMOptimWrapper(sgd(model), rho=0.5))
    assert model.precomputed == 1
    assert len(model.calls) == 2
    assert model.calls[0] is model.calls[1]
    assert model.calls[0] is not None


def test_computing_it_in_both_passes_gives_the_same(batch: dict[str, torch.Tensor]) -> None:
    once, both = Net(), Net()
    once.train_step(batch, SAMOptimWrapper(sgd(once), rho=0.5))
    both.train_step(batch, SAMOptimWrapper(sgd(both), rho=0.5, precompute=False))
    assert both.calls == [None, None]
    torch.testing.assert_close(weights(once), weights(both))


def test_only_the_loss_is_captured(batch: dict[str, torch.Tensor]) -> None:
    model = Net()
    wrapper = SAMOptimWrapper(sgd(model), rho=0.5)
    with wrapper.optim_context(model):
        model(**batch, mode='predict')
        loss = model(**batch, mode='loss')['loss']
    wrapper.update_params(loss)
    assert model.precomputed == 1
    assert len(model.calls) == 3


@pytest.mark.parametrize('times', [0, 2])
def test_a_batch_needs_exactly_one_loss(times: int, batch: dict[str, torch.Tensor]) -> None:
    model = Net()
    wrapper = SAMOptimWrapper(sgd(model))

    def compute() -> None:
        with wrapper.optim_context(model):
            for _ in range(times):
                model(**batch, mode='loss')

    with pytest.raises(RuntimeError, match=f'Net made {times}'):
        compute()
    with pytest.raises(RuntimeError, match='without a batch'):
        wrapper.update_params(torch.zeros((), requires_grad=True))


def test_weights_come_back_bit_for_bit(batch: dict[str, torch.Tensor]) -> None:
    model = Net()
    before = weights(model)
    model.train_step(batch, SAMOptimWrapper(sgd(model, lr=0.0), rho=0.37))
    assert torch.equal(weights(model), before)


def test_weights_come_back_after_an_error_in_pass_2(batch: dict[str, torch.Tensor]) -> None:
    model = Net()
    before = weights(model)
    model.register_forward_hook(lambda *_: (_ for _ in ()).throw(MemoryError()) if len(model.calls) == 2 else None)
    with pytest.raises(MemoryError):
        model.train_step(batch, SAMOptimWrapper(sgd(model), rho=0.5))
    assert torch.equal(weights(model), before)


def test_batch_statistics_move_once(batch: dict[str, torch.Tensor]) -> None:
    sam, plain = Net(norm=True), Net(norm=True)
    sam.train_step(batch, SAMOptimWrapper(sgd(sam), rho=0.5))
    plain(**batch, mode='loss')
    for name, buffer in plain.named_buffers():
        torch.testing.assert_close(sam.get_buffer(name), buffer)


def test_clipping_applies_to_the_second_gradient() -> None:
    model = Quadratic()
    model.train_step({'inputs': torch.zeros(1)}, SAMOptimWrapper(sgd(model, lr=1.0), rho=0.5, clip_grad={'max_norm': 0.1}))
    step = torch.tensor([1.0, 2.0]) - model.w.detach()
    # 0.1 along (3.9, 4.8), whose norm is sqrt(38.25).
    assert step == pytest.approx([0.39 / math.sqrt(38.25), 0.48 / math.sqrt(38.25)], rel=1e-4)


def test_a_gradient_that_is_not_finite_perturbs_nothing(batch: dict[str, torch.Tensor]) -> None:
    model = Net()
    before = weights(model)
    wrapper = SAMOptimWrapper(sgd(model), rho=0.5, dtype='float16', init_scale=2.0**16)
    batch['inputs'][0] = math.inf
    model.train_step(batch, wrapper)
    assert torch.equal(weights(model), before)  # float16's loss scale drops the step
    assert wrapper.scaler.get_scale() == 2.0**15


@pytest.mark.usefixtures('bfloat16_on_any_cpu')
@pytest.mark.parametrize('dtype', ['bfloat16', 'float16'])
def test_mixed_precision_is_close(dtype: str, batch: dict[str, torch.Tensor]) -> None:
    full, mixed = Net(), Net()
    full.train_step(batch, SAMOptimWrapper(sgd(full), rho=0.5))
    mixed.train_step(batch, SAMOptimWrapper(sgd(mixed), rho=0.5, dtype=dtype))
    torch.testing.assert_close(weights(mixed), weights(full), atol=5e-3, rtol=0)
    assert not torch.equal(weights(mixed), weights(full))


def test_only_the_optimisers_parameters_are_perturbed(batch: dict[str, torch.Tensor]) -> None:
    model = Net()
    seen = []
    model.layers[3].register_forward_pre_hook(lambda module, args: seen.append(module.weight.detach().clone()))
    model.train_step(batch, SAMOptimWrapper(torch.optim.SGD(model.layers[0].parameters(), lr=0.1), rho=0.5))
    assert torch.equal(seen[0], seen[1])


def test_state_round_trip(batch: dict[str, torch.Tensor]) -> None:
    one, two = Net(), Net()
    make = lambda model: SAMOptimWrapper(torch.optim.Adam(model.parameters(), lr=0.01), rho=0.05, dtype='float16')  # noqa: E731
    first, second = make(one), make(two)
    one.train_step(batch, first)
    two.load_state_dict(one.state_dict())
    second.load_state_dict(deepcopy(first.state_dict()))  # torch would share the tensors; a file does not
    assert second.scaler.state_dict() == first.scaler.state_dict()
    one.train_step(batch, first)
    two.train_step(batch, second)
    assert torch.equal(weights(one), weights(two))


def test_bad_arguments() -> None:
    model = Quadratic()
    with pytest.raises(ValueError, match='rho=-1'):
        SAMOptimWrapper(sgd(model), rho=-1)
    with pytest.raises(ValueError, match='float8'):
        SAMOptimWrapper(sgd(model), dtype='float8')


def test_builds_from_the_registry() -> None:
    wrapper = OPTIM_WRAPPERS.build({'type': 'SAMOptimWrapper', 'optimizer': sgd(Quadratic()), 'rho': 0.1, 'clip_grad': {'max_norm': 1.0}})
    assert isinstance(wrapper, SAMOptimWrapper)


def test_two_processes(tmp_path: Path) -> None:
    """Each process perturbs by its own gradient, which is not reduced; the gradients of pass 2 are averaged, once."""
    places = str(tmp_path / 'store'), str(tmp_path / 'out')
    assert statuses(*(Call(WORKER, (rank, 2, *places), tmp_path / f'{rank}.log') for rank in (0, 1))) == [0, 0]

    data = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    weight, rho, lr = torch.tensor([0.5, -1.0, 2.0]), 0.5, 0.1

    def gradient(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:  # of mean((x w)^2)
        return 2 * x.T @ (x @ w) / len(x)

    second = []
    for share in data.chunk(2):
        g = gradient(weight, share)
        second.append(gradient(weight + rho * g / g.norm(), share))
    expected = weight - lr * (second[0] + second[1]) / 2
    for rank in (0, 1):
        for result in torch.load(tmp_path / f'out.{rank}', weights_only=True):  # one batch, then two half batches
            torch.testing.assert_close(result['weight'], expected)
            assert result['reductions'] == 1
