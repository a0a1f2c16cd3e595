"""Loss of a face parser."""

import math

import pytest
import torch
from torch.nn import functional as F

from ofer.models import ParsingLoss, dice_loss
from ofer.registry import MODELS


def test_dice_by_hand() -> None:
    # Two pixels, two classes, p(class 0) = 3/4 in both; truth 0 and 1.
    # Class 0: 1 - 2 * 3/4 / (3/2 + 1) = 2/5. Class 1: 1 - 2 * 1/4 / (1/2 + 1) = 2/3.
    logits = torch.tensor([math.log(3), 0.0]).view(1, 2, 1, 1).expand(1, 2, 1, 2)
    out = dice_loss(logits, torch.tensor([[[0, 1]]]))
    assert out.tolist() == pytest.approx([2 / 5, 2 / 3])


def test_a_class_that_does_not_occur_has_no_dice() -> None:
    out = dice_loss(torch.zeros(1, 3, 2, 2), torch.tensor([[[0, 1], [0, 255]]]))
    assert out.isnan().tolist() == [False, False, True]


def test_vanishes_where_prediction_and_truth_agree() -> None:
    target = torch.randint(0, 4, (2, 8, 8), generator=torch.Generator().manual_seed(0))
    assert ParsingLoss()(F.one_hot(target, 4).movedim(-1, 1) * 50.0, target).item() == pytest.approx(0, abs=1e-6)


def test_ignored_pixels_do_not_count() -> None:
    torch.manual_seed(0)
    logits, target = torch.randn(1, 3, 4, 4), torch.randint(0, 3, (1, 4, 4))
    target[0, 0] = 255
    changed = logits.clone()
    changed[:, :, 0] += 100
    assert ParsingLoss()(changed, target).item() == pytest.approx(ParsingLoss()(logits, target).item())


def test_parts_and_weight() -> None:
    torch.manual_seed(0)
    logits, target = torch.randn(2, 3, 4, 4), torch.randint(0, 3, (2, 4, 4))
    plain = MODELS.build(dict(type='ParsingLoss', dice_weight=0.0))(logits, target)
    assert plain.item() == pytest.approx(F.cross_entropy(logits, target).item())
    both = ParsingLoss(dice_weight=2.0, loss_weight=3.0)(logits, target)
    assert both.item() == pytest.approx(3 * (plain + 2 * dice_loss(logits, target).mean()).item())


def test_gradient() -> None:
    torch.manual_seed(0)
    target = torch.randint(0, 3, (1, 2, 2))
    logits = torch.randn(1, 3, 2, 2, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: dice_loss(x, target).nansum(), logits)


def test_sizes_must_agree() -> None:
    with pytest.raises(ValueError, match=r'\(4, 4\)'):
        ParsingLoss()(torch.zeros(1, 3, 4, 4), torch.zeros(1, 8, 8, dtype=torch.long))
