"""The loss by hand, at its limits, and through the registry from outside of ofer."""

import math

import pytest
import torch
from example_component import PolyLoss, poly_loss
from mmengine.config import Config
from torch.nn import functional as F

from ofer.registry import MODELS


def test_value_by_hand() -> None:
    # Logits (ln 3, 0): p = 3 / 4 for class 0. -ln(3/4) + 2 * (1 - 3/4) = 0.28768 + 0.5.
    loss = poly_loss(torch.tensor([[math.log(3.0), 0.0]]), torch.tensor([0]), epsilon=2.0)
    torch.testing.assert_close(loss, torch.tensor([0.7876821]))


def test_epsilon_0_is_cross_entropy() -> None:
    logits, target = torch.randn(5, 7), torch.arange(5)
    torch.testing.assert_close(poly_loss(logits, target, epsilon=0.0), F.cross_entropy(logits, target, reduction='none'))


def test_soft_labels_agree_with_indices() -> None:
    logits, target = torch.randn(5, 7), torch.arange(5)
    torch.testing.assert_close(poly_loss(logits, F.one_hot(target, 7).float()), poly_loss(logits, target))


def test_a_sure_and_right_answer_costs_nothing() -> None:
    torch.testing.assert_close(poly_loss(torch.tensor([[80.0, 0.0]]), torch.tensor([0])), torch.zeros(1))


def test_gradient() -> None:
    logits = torch.randn(4, 3, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda z: poly_loss(z, torch.tensor([0, 1, 2, 0])), (logits,))


def test_epsilon_that_rewards_doubt_is_refused() -> None:
    with pytest.raises(ValueError, match='-1, got -2'):
        PolyLoss(epsilon=-2)


def test_builds_by_name_from_a_config() -> None:
    config = Config(dict(custom_imports=dict(imports=['example_component']), loss=dict(type='PolyLoss', epsilon=2.0, loss_weight=0.5)))
    loss = MODELS.build(config.loss)
    assert isinstance(loss, PolyLoss)
    value = loss(torch.tensor([[math.log(3.0), 0.0]]), torch.tensor([0]), avg_factor=2)
    torch.testing.assert_close(value, torch.tensor(0.7876821 * 0.5 / 2))
