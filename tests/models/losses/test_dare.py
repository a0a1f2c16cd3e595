import math

import pytest
import torch

from ofer.models.losses.dare import DARELoss, dare_loss
from ofer.registry import MODELS

LOGITS = torch.tensor([[2.0, 1.0, 0.0]])
TARGET = torch.tensor([0])
# softmax(2, 1, 0) = (0.665241, 0.244728, 0.090031); alpha = 1 - 0.665241 = 0.334759; the rival is 1
ALPHA = 1 - math.exp(2) / (math.exp(2) + math.exp(1) + 1)


@pytest.mark.parametrize(
    ('form', 'temperature', 'lifted'),
    [('paper', 1.0, 1 + ALPHA * 1), ('published', 1.0, 1 + ALPHA), ('published', 2.0, 1 + 2 * ALPHA)],
)
def test_by_hand(form, temperature, lifted):
    expected = -math.log(math.exp(2) / (math.exp(2) + math.exp(lifted)))
    assert dare_loss(LOGITS, TARGET, form, temperature).item() == pytest.approx(expected, abs=1e-6)


def test_the_forms_differ_where_the_rival_is_not_one():
    logits = torch.tensor([[2.0, 3.0, 0.0]])
    alpha = 1 - logits.softmax(1)[0, 0].item()
    assert dare_loss(logits, TARGET, 'paper').item() == pytest.approx(math.log1p(math.exp(3 + alpha * 3 - 2)), abs=1e-5)
    assert dare_loss(logits, TARGET, 'published').item() == pytest.approx(math.log1p(math.exp(3 + alpha - 2)), abs=1e-5)


@pytest.mark.parametrize('form', ['paper', 'published'])
def test_vanishes_as_the_target_wins_and_counts_only_the_strongest_rival(form):
    assert dare_loss(torch.tensor([[60.0, 1.0, 0.0]]), TARGET, form).item() < 1e-12
    more = torch.tensor([[2.0, 1.0, 0.0, 0.0]])
    weaker = torch.tensor([[2.0, 1.0, -0.0, math.log(1e-9)]])
    assert dare_loss(weaker, TARGET, form).item() == pytest.approx(dare_loss(LOGITS, TARGET, form).item(), abs=1e-6)
    assert dare_loss(more, TARGET, form).item() != pytest.approx(dare_loss(LOGITS, TARGET, form).item(), abs=1e-3)  # through alpha alone


@pytest.mark.parametrize('form', ['paper', 'published'])
def test_gradient_pushes_target_up_and_rival_down_and_not_through_alpha(form):
    logits = torch.tensor([[2.0, 1.0, 0.0]], dtype=torch.double, requires_grad=True)
    dare_loss(logits, TARGET, form).sum().backward()
    lifted = 1 + ALPHA
    slope = 1 / (1 + math.exp(2 - lifted))  # d softplus(z'_y - z_x)
    factor = 1 + ALPHA if form == 'paper' else 1.0  # d z'_y / d z_y with alpha held
    torch.testing.assert_close(logits.grad, torch.tensor([[-slope, slope * factor, 0.0]], dtype=torch.double))


def test_module_weighs_averages_and_takes_soft_labels():
    loss = MODELS.build(dict(type='DARELoss', loss_weight=0.1))
    logits = torch.randn(4, 3)
    target = torch.tensor([0, 1, 2, 0])
    torch.testing.assert_close(loss(logits, target), 0.1 * dare_loss(logits, target).mean())
    soft = torch.nn.functional.one_hot(target, 3) * 0.6 + 0.1
    torch.testing.assert_close(loss(logits, soft, avg_factor=8), 0.1 * dare_loss(logits, target).sum() / 8)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match='cosine'):
        DARELoss(form='cosine')
    with pytest.raises(ValueError, match='two classes'):
        dare_loss(torch.randn(2, 1), torch.zeros(2, dtype=torch.long))
