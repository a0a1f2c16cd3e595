import copy
from functools import partial
from typing import Any

import pytest
import torch
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope
from timm.optim import Muon, muon
from timm.optim.muon import zeropower_via_newtonschulz
from torch import nn

from ofer.engine import optimizers, precision
from ofer.engine.optimizers import COEFFICIENTS, BatchedMuon, orthogonalised


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 8))


def wrapped(model: nn.Module):
    optimizer = dict(type='TimmMuon', lr=5e-3, weight_decay=0.1, nesterov=True)
    with DefaultScope.overwrite_default_scope('ofer'):
        return build_optim_wrapper(model, dict(optimizer=optimizer))


def steps(model: nn.Module, wrapper, number: int) -> list[float]:
    images, labels = torch.randn(8, 3, 4, 4, generator=torch.Generator().manual_seed(1)), torch.arange(8)
    losses = []
    for _ in range(number):
        loss = nn.functional.cross_entropy(model(images), labels)
        wrapper.update_params(loss)
        losses.append(float(loss.detach()))
    return losses


def test_muon_trains_convolutions_norms_and_biases() -> None:
    model = network()
    before = {name: value.clone() for name, value in model.named_parameters()}
    wrapper = wrapped(model)
    losses = steps(model, wrapper, 20)
    assert losses[-1] < 0.5 * losses[0]
    assert all(not torch.equal(value, before[name]) for name, value in model.named_parameters() if name != '0.bias')
    matrices = {name: wrapper.optimizer.state[value]['use_muon'] for name, value in model.named_parameters()}
    assert matrices == {name: name in ('0.weight', '3.weight') for name in matrices}


def test_muon_goes_on_from_its_state() -> None:
    model, other = network(), network()
    wrapper = wrapped(model)
    steps(model, wrapper, 3)
    other.load_state_dict(model.state_dict())
    resumed = wrapped(other)
    resumed.load_state_dict(copy.deepcopy(wrapper.state_dict()))
    assert steps(other, resumed, 3) == pytest.approx(steps(model, wrapper, 3), rel=1e-6)


SETTINGS = [
    dict(nesterov=True),
    dict(),
    dict(nesterov=True, adjust_lr_fn='original', ns_steps=3, fallback_lr_scale=0.5),
    dict(nesterov=True, ns_coefficients='original', momentum=0.9, betas=(0.8, 0.99), safety_factor=1.05),
]


def wide_network() -> nn.Module:
    """Tall and wide matrices, that need padding in both directions, and share a batch."""
    torch.manual_seed(0)
    convolutions = [nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.Conv2d(16, 64, 3), nn.Conv2d(64, 130, 1)]
    return nn.Sequential(*convolutions, nn.Flatten(), nn.Linear(520, 70), nn.Linear(70, 70), nn.Linear(70, 8))


@pytest.mark.parametrize('settings', SETTINGS)
def test_the_batched_step_is_that_of_timm(settings: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both in float32, since CPUs differ in how they round products in bfloat16."""
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: False)
    monkeypatch.setattr(muon, 'zeropower_via_newtonschulz', partial(zeropower_via_newtonschulz, dtype=torch.float32))
    ours, theirs = wide_network(), wide_network()
    batched = BatchedMuon(ours.parameters(), lr=5e-3, weight_decay=0.1, **settings)
    one_by_one = Muon(theirs.parameters(), lr=5e-3, weight_decay=0.1, **settings)
    generator = torch.Generator().manual_seed(0)
    for step in range(4):
        for number, (parameter, other) in enumerate(zip(ours.parameters(), theirs.parameters(), strict=True)):
            late = step == 0 and number % 3 == 0  # these have no gradient in the first step
            parameter.grad = None if late else torch.randn(parameter.shape, generator=generator)
            other.grad = None if late else parameter.grad.clone()
        batched.batched_step()
        one_by_one.step()
    for (name, value), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(value, other, rtol=1e-5, atol=1e-5, msg=name)
    assert [set(state) for state in batched.state.values()] == [set(state) for state in one_by_one.state.values()]


def test_a_batched_step_leaves_parameters_without_gradient_alone() -> None:
    model = wide_network()
    optimizer = BatchedMuon(model.parameters(), lr=5e-3, weight_decay=0.1)
    model[2].weight.grad = torch.ones_like(model[2].weight)
    before = {name: value.clone() for name, value in model.named_parameters()}
    optimizer.batched_step()
    assert [name for name, value in model.named_parameters() if not torch.equal(value, before[name])] == ['2.weight']


@pytest.mark.parametrize(('native', 'dtype'), [(True, torch.bfloat16), (False, torch.float32)])
def test_the_iteration_is_in_bfloat16_where_the_cpu_has_it(native: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()

    def iteration(*args: Any, **options: Any) -> torch.Tensor:
        found = zeropower_via_newtonschulz(*args, **options)
        seen.add(found.dtype)
        return found

    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: native)
    for module in (muon, optimizers):
        monkeypatch.setattr(module, 'zeropower_via_newtonschulz', iteration)
    model = network()
    wrapper = wrapped(model)
    steps(model, wrapper, 1)
    assert seen == {dtype}
    wrapper.optimizer.batched_step()  # the step of a GPU
    assert seen == {dtype}
    seen.clear()
    elsewhere = network().to('meta')
    optimizer = BatchedMuon(elsewhere.parameters(), lr=5e-3, weight_decay=0.1)
    for parameter in elsewhere.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    assert seen == {torch.bfloat16}  # neither a GPU nor a CPU: timm's step


def test_padding_changes_no_matrix() -> None:
    generator = torch.Generator().manual_seed(0)
    matrices = [torch.randn(*shape, generator=generator) for shape in ((5, 9), (9, 5), (64, 200), (100, 130))]
    together = orthogonalised(matrices, 5, COEFFICIENTS['quintic'])
    for matrix, found in zip(matrices, together, strict=True):
        alone = zeropower_via_newtonschulz(matrix, 5, COEFFICIENTS['quintic'])
        assert found.shape == matrix.shape
        torch.testing.assert_close(found.float(), alone.float(), rtol=0, atol=4e-3)
    assert orthogonalised([], 5, COEFFICIENTS['quintic']) == []


def test_a_state_of_recorded_steps_goes_on_on_a_cpu() -> None:
    model = network()
    recorded = BatchedMuon(model.parameters(), lr=5e-3, capturable=True)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    recorded.batched_step()
    resumed = BatchedMuon(model.parameters(), lr=5e-3)
    resumed.load_state_dict(recorded.state_dict())
    before = model[0].weight.clone()
    resumed.step()
    assert not torch.equal(model[0].weight, before)
