import copy

import pytest
import torch
from mmengine.model import ExponentialMovingAverage
from torch import nn

from ofer.engine.moving_average import BatchedMovingAverage


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))


@pytest.mark.parametrize('settings', [dict(), dict(interval=3), dict(update_buffers=True), dict(interval=2, update_buffers=True)])
def test_it_is_the_mean_of_mmengine(settings: dict) -> None:
    model = network()
    ours, theirs = (kind(model, momentum=0.2, **settings) for kind in (BatchedMovingAverage, ExponentialMovingAverage))
    for _ in range(7):
        with torch.no_grad():
            for value in model.state_dict().values():
                value.add_(1)
        ours.update_parameters(model)
        theirs.update_parameters(model)
        left = ours.state_dict()
        for name, value in theirs.state_dict().items():
            torch.testing.assert_close(left[name], value, msg=name)


def test_the_weights_are_read_when_it_is_their_turn_alone(monkeypatch) -> None:
    model = network()
    mean = BatchedMovingAverage(model, momentum=0.2, interval=4, update_buffers=True)
    read = []
    state_dict = model.state_dict
    monkeypatch.setattr(model, 'state_dict', lambda: read.append(int(mean.steps)) or state_dict())
    for _ in range(9):
        mean.update_parameters(model)
    assert read == [0, 4, 8]
    assert copy.deepcopy(mean).steps == 9
