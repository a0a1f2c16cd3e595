from types import SimpleNamespace

import torch
from torch import nn

from ofer.registry import HOOKS


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
