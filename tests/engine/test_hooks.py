from types import SimpleNamespace

import pytest
import torch
from torch import nn

from ofer.engine.finite import NonFiniteError
from ofer.engine.hooks.compile import repeated_blocks
from ofer.engine.hooks.resumable import mean_buffers, moved_buffers
from ofer.registry import HOOKS, MODELS


class Scheduled(nn.Module):
    epoch = None

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch


def test_set_epoch_reaches_every_part() -> None:
    model = nn.Sequential(nn.Linear(1, 1), nn.Sequential(Scheduled()))
    HOOKS.build({'type': 'SetEpochHook'}).before_train_epoch(SimpleNamespace(model=model, epoch=7))
    assert model[1][0].epoch == 7


def test_channels_last_changes_layout_and_not_values() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4, 2))
    image = torch.randn(2, 3, 3, 3)
    before = model(image)
    HOOKS.build({'type': 'ChannelsLastHook'}).before_run(SimpleNamespace(model=model))
    assert model[0].weight.is_contiguous(memory_format=torch.channels_last)
    assert model[0](image).is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(model(image), before)


class Parts(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU())
        self.prior = MODELS.build(dict(type='LandmarkPrior', network=dict(type='MobileFaceNet'), input_format=dict(size=32)))
        self.head = nn.Identity()
        network = self.prior.network
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = None
        network.train().features(torch.rand(32, 3, 32, 32))  # statistics that fit: else its features would be the same for all images
        network.eval()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.head(self.backbone(pixels).mean((1, 2, 3)) + self.prior(pixels).mean((1, 2, 3)))


@pytest.mark.parametrize('backend', ['eager', pytest.param('inductor', marks=pytest.mark.slow)])
def test_compiled_parts_keep_values_and_weights_that_come_late(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if backend == 'eager':  # traced and run, without the C++ compiler, which takes most of a minute
        compile = nn.Module.compile
        monkeypatch.setattr(nn.Module, 'compile', lambda part, dynamic, options=None: compile(part, dynamic=dynamic, backend='eager'))
    torch.manual_seed(0)
    model, plain = Parts(), Parts()
    names = list(model.state_dict())
    HOOKS.build({'type': 'CompileHook', 'trained': True}).before_run(SimpleNamespace(model=model))
    assert list(model.state_dict()) == names
    model.load_state_dict(plain.state_dict())  # as a checkpoint, which is read after before_run
    pixels = torch.rand(2, 3, 32, 32)
    assert not torch.allclose(plain.prior(pixels[:1]), plain.prior(pixels[1:]), rtol=0.1, atol=0.1)
    torch.testing.assert_close(model.prior(pixels), plain.prior(pixels), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(model(pixels), plain(pixels), rtol=1e-4, atol=1e-5)
    model(pixels).sum().backward()
    plain(pixels).sum().backward()
    for compiled, expected in zip(model.backbone.parameters(), plain.backbone.parameters(), strict=True):
        torch.testing.assert_close(compiled.grad, expected.grad, rtol=1e-3, atol=1e-5)
    assert all(module._compiled_call_impl is not None for module in (model.backbone, model.prior))
    assert model.head._compiled_call_impl is None


def test_networks_are_compiled_inside_what_averages_views() -> None:
    class Testable(Parts):
        def test_step(self, data: dict) -> list:
            return []

    model = Testable()
    averaging = MODELS.build({'type': 'AverageClsScoreTTA', 'module': model})
    HOOKS.build({'type': 'CompileHook'}).before_run(SimpleNamespace(model=averaging))
    assert model.prior._compiled_call_impl is not None
    assert model.backbone._compiled_call_impl is None


def test_weights_that_are_not_finite_are_not_saved() -> None:
    model = nn.Linear(2, 1)
    hook = HOOKS.build({'type': 'FiniteLossHook'})
    hook.before_save_checkpoint(SimpleNamespace(model=model), {})
    with torch.no_grad():
        model.weight[0, 1] = torch.inf
    with pytest.raises(NonFiniteError, match='1 of the weights are not finite, weight first, so nothing is saved'):
        hook.before_save_checkpoint(SimpleNamespace(model=model), {})


def test_statistics_of_several_processes_become_their_mean() -> None:
    processes = [{'mean': torch.tensor([1.0, 5.0]), 'count': torch.tensor(7)}, {'mean': torch.tensor([3.0, 5.0]), 'count': torch.tensor(7)}]
    mean = mean_buffers(processes)
    assert mean['mean'].tolist() == [2, 5]
    assert mean['count'] == 7


def test_buffers_of_frozen_parts_are_not_counted_as_moved() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2), nn.BatchNorm1d(2).eval(), nn.Linear(2, 2))
    assert set(moved_buffers(model)) == {'0.running_mean', '0.running_var', '0.num_batches_tracked'}


def test_an_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match='interval=0'):
        HOOKS.build({'type': 'ResumableHook', 'interval': 0})


def test_repeated_blocks_are_those_in_a_row() -> None:
    net = MODELS.build(dict(type='IRNet', arch=dict(stem=4, units=(1, 2), channels=(4, 8))))
    assert repeated_blocks(net) == list(net.body)
    assert repeated_blocks(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))) == []
