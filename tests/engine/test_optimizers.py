import copy

import pytest
import torch
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope
from torch import nn


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
