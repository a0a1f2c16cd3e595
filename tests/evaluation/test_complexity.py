"""Multiply-adds counted by hand, and the published ORSANet's."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from ofer.evaluation.complexity import complexity
from ofer.registry import MODELS

ROOT = Path(__file__).resolve().parent.parent.parent


class Fixed(nn.Module):
    """A stand-in prior without parameters: zeros of the size that the real one gives."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, pixels: Tensor) -> Tensor:
        return pixels.new_zeros(len(pixels), self.channels, 7, 7)


class Attention(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return scaled_dot_product_attention(x, x, x)


@pytest.mark.parametrize(
    ('model', 'shape', 'expected'),
    [
        (nn.Linear(8, 5), (1, 3, 8), 3 * 8 * 5),
        (nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), (1, 4, 8, 8), 16 * 6 * 2 * 9),  # 4 x 4 places, 2 channels a group
        (nn.Conv1d(4, 6, 2, stride=2), (1, 4, 10), 5 * 6 * 4 * 2),
        (nn.ConvTranspose1d(4, 6, 2, stride=2), (1, 4, 5), 5 * 6 * 4 * 2),  # the same pairs, the other way
        (Attention(), (1, 2, 7, 4), 2 * (2 * 7 * 7 * 4)),  # Q K^T and the weights times V, 2 heads of 7 tokens
        (nn.MultiheadAttention(8, 2, batch_first=True), (1, 7, 8), None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else '',
)
def test_multiply_adds(model: nn.Module, shape: tuple[int, ...], expected: int | None) -> None:
    x = torch.randn(shape)
    if expected is None:  # four projections of 7 tokens, and 2 heads of width 4
        expected, more = 4 * 7 * 8 * 8 + 2 * 2 * 7 * 7 * 4, {'key': x, 'value': x}
    else:
        more = {}
    assert complexity(model, x, **more).trained.multiply_adds == expected


class Parts(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.frozen = nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 3))).requires_grad_(False)
        self.trained = nn.Linear(3, 2)
        self.never_called = nn.Linear(10, 10)
        self.never_called_and_frozen = nn.Linear(5, 5, bias=False).requires_grad_(False)
        self.token = nn.Parameter(torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        return self.trained(self.frozen(x) + self.token)


def test_trained_frozen_and_dead_stand_apart() -> None:
    model = Parts().train()
    model.frozen.eval()
    found = complexity(model, torch.randn(1, 4))
    assert found.trained.multiply_adds == 3 * 2
    assert found.frozen.multiply_adds == 4 * 4 + 4 * 3
    assert found.trained.parameters == (3 * 2 + 2) + 110 + 3
    assert found.frozen.parameters == 20 + 15 + 25
    assert found.trained.dead == ('never_called.weight', 'never_called.bias')
    assert found.frozen.dead == ('never_called_and_frozen.weight',)
    assert (found.trained.dead_parameters, found.frozen.dead_parameters) == (110, 25)
    assert model.training  # as it was
    assert not model.frozen.training
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


class AskedOtherwise(nn.Module):
    """Has a frozen part whose ``forward`` is not what is called."""

    def __init__(self) -> None:
        super().__init__()
        self.prior = nn.Sequential(nn.Sequential(nn.Linear(4, 3))).requires_grad_(False)
        self.head = nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.prior[0](x))


def test_frozen_parts_are_frozen_however_they_are_asked() -> None:
    found = complexity(AskedOtherwise(), torch.rand(1, 4))
    assert (found.trained.multiply_adds, found.frozen.multiply_adds) == (3 * 2, 4 * 3)


def test_what_is_trained_of_the_published_orsanet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper states 6.9 G (Table 5); the structure has 7.1 G multiply-adds. 12.8 M of its 60.2 M parameters are dead and not built."""
    monkeypatch.setitem(MODELS.module_dict, 'Fixed', Fixed)
    config = Config.fromfile(ROOT / 'configs' / 'orsanet_rafdb_published.py').model.to_dict()
    config.update(parsing_prior=dict(type='Fixed', channels=1024), landmark_prior=dict(type='Fixed', channels=512))
    with DefaultScope.overwrite_default_scope('ofer'):
        model = MODELS.build(config)
    found = complexity(model, torch.zeros(1, 3, 224, 224), mode='tensor')
    assert found.trained.multiply_adds / 1e9 == pytest.approx(7.1, rel=0.03)
    assert found.trained.parameters / 1e6 == pytest.approx(47.44, abs=0.01)
    assert found.trained.dead == ()
    assert found.frozen.parameters == found.frozen.multiply_adds == 0
