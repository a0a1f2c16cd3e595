import math

import pytest
import torch

from ofer.models.losses.dare import FORMS, DARELoss, dare_loss
from ofer.registry import MODELS

LOGITS = torch.tensor([[2.0, 1.0, 0.0]])
TARGET = torch.tensor([0])
# softmax(2, 1, 0) = (0.665241, 0.244728, 0.090031); alpha = 1 - 0.665241 = 0.334759; the rival is 1
ALPHA = 1 - math.exp(2) / (math.exp(2) + math.exp(1) + 1)


@pytest.mark.parametrize(
    ('form', 'temperature', 'lifted'),
    [
        ('paper', 1.0, 1 + ALPHA * 1),
        ('published', 1.0, 1 + ALPHA),
        ('published', 2.0, 1 + 2 * ALPHA),
        ('magnitude', 1.0, 1.0),  # the mean is 1 too
    ],
)
def test_by_hand(form, temperature, lifted):
    expected = -math.log(math.exp(2) / (math.exp(2) + math.exp(lifted)))
    assert dare_loss(LOGITS, TARGET, form, temperature).item() == pytest.approx(expected, abs=1e-6)


def test_the_forms_differ_where_the_rival_is_not_one():
    logits = torch.tensor([[2.0, 3.0, 0.0]])
    alpha = 1 - logits.softmax(1)[0, 0].item()
    assert dare_loss(logits, TARGET, 'paper').item() == pytest.approx(math.log1p(math.exp(3 + alpha * 3 - 2)), abs=1e-5)
    assert dare_loss(logits, TARGET, 'published').item() == pytest.approx(math.log1p(math.exp(3 + alpha - 2)), abs=1e-5)


NEGATIVE = torch.tensor([[-1.0, -3.0, -6.0, -6.0]])
SECOND = torch.tensor([1])


def test_equation_11_lowers_a_negative_rival():
    # the target's probability: e^-3 / (e^-1 + e^-3 + 2 e^-6) = 0.11778; alpha = 0.88222; the rival is -1, the mean -4
    total = math.exp(-1) + math.exp(-3) + 2 * math.exp(-6)
    alpha = 1 - math.exp(-3) / total
    plain = torch.nn.functional.cross_entropy(NEGATIVE, SECOND).item()
    losses = {form: dare_loss(NEGATIVE, SECOND, form).item() for form in FORMS}
    assert losses['paper'] == pytest.approx(math.log1p(math.exp(-1 - alpha + 3)), abs=1e-5)
    assert losses['magnitude'] == pytest.approx(math.log1p(math.exp(-1 + 3 * alpha + 3)), abs=1e-5)
    assert plain == pytest.approx(2.139, abs=1e-3)
    assert losses == pytest.approx(dict(paper=1.40, published=2.94, magnitude=4.66), abs=5e-3)
    between_the_two = math.log1p(math.exp(-1 + 3))  # of plain cross entropy without the weaker rivals
    assert losses['paper'] < between_the_two < min(losses['published'], losses['magnitude'])


@pytest.mark.parametrize('form', FORMS)
def test_which_forms_depend_on_differences_alone(form):
    shifted = [dare_loss(NEGATIVE + shift, SECOND, form).item() for shift in (0.0, 5.0, -2.0)]
    assert (max(shifted) - min(shifted) < 1e-5) == (form != 'paper')


@pytest.mark.parametrize('form', ['published', 'magnitude'])
def test_these_forms_always_raise_the_rival(form):
    logits = 3 * torch.randn(200, 5, generator=torch.Generator().manual_seed(0)) - 2
    target = torch.arange(200) % 5
    rival = logits.scatter(1, target[:, None], -torch.inf).amax(1)
    alone = torch.nn.functional.softplus(rival - logits.gather(1, target[:, None])[:, 0])
    assert (dare_loss(logits, target, form) >= alone).all()
    assert (dare_loss(logits, target, 'paper') < alone).any()


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


def test_gradient_of_the_magnitude_holds_alpha_and_mean():
    logits = NEGATIVE.double().requires_grad_()
    dare_loss(logits, SECOND, 'magnitude').sum().backward()
    alpha = 1 - NEGATIVE.double().softmax(1)[0, 1].item()
    slope = 1 / (1 + math.exp(-3 + 1 - 3 * alpha))
    torch.testing.assert_close(logits.grad, torch.tensor([[slope * (1 + alpha), -slope, 0.0, 0.0]], dtype=torch.double))


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
