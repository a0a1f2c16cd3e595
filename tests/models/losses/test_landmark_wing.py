"""Wing loss."""

import math

import pytest
import torch

from ofer.models import WingLoss, wing_loss
from ofer.registry import MODELS


def test_by_hand() -> None:
    # omega 2, epsilon 1. d = 1: 2 ln 2. d = 5: 5 - 2 + 2 ln 3.
    out = wing_loss(torch.tensor([1.0, -5.0, 0.0]), torch.zeros(3), omega=2.0, epsilon=1.0)
    assert out.tolist() == pytest.approx([2 * math.log(2), 3 + 2 * math.log(3), 0])


def test_joins_smoothly_in_value_and_grows_like_the_difference_outside() -> None:
    d = torch.tensor([0.1 - 1e-7, 0.1 + 1e-7, 1.1], dtype=torch.double)
    out = wing_loss(d, torch.zeros_like(d))
    assert out[1] - out[0] == pytest.approx(0, abs=1e-6)
    assert out[2] - out[1] == pytest.approx(1.0, abs=1e-6)


def test_gradient() -> None:
    torch.manual_seed(0)
    points = (torch.rand(2, 4, 2, dtype=torch.double) + 0.01).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: WingLoss()(x, torch.zeros_like(x)), points)


def test_slope_at_zero_is_the_ratio_of_the_widths() -> None:
    x = torch.tensor([1e-9], dtype=torch.double, requires_grad=True)
    wing_loss(x, torch.zeros_like(x), omega=0.1, epsilon=0.02).backward()
    assert x.grad.item() == pytest.approx(5.0)


def test_built_and_weighted() -> None:
    a, b = torch.rand(2, 68, 2), torch.rand(2, 68, 2)
    assert MODELS.build(dict(type='WingLoss', loss_weight=3.0))(a, b).item() == pytest.approx(3 * wing_loss(a, b).mean().item())


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match='epsilon=0'):
        WingLoss(epsilon=0)
    with pytest.raises(ValueError, match=r'\(2, 3\)'):
        wing_loss(torch.zeros(2, 3), torch.zeros(3))
