"""The masked autoencoder's loss."""

import pytest
import torch
from torch.autograd import gradcheck

from ofer.models import masked_patch_mse
from ofer.registry import MODELS


def test_by_hand() -> None:
    # errors of the patches: (1 + 9) / 2 = 5, 4 and 16; the first and the last are hidden: (5 + 16) / 2
    prediction = torch.tensor([[[1.0, 3.0], [2.0, 2.0]], [[7.0, 7.0], [4.0, 4.0]]])
    mask = torch.tensor([[True, False], [False, True]])
    assert masked_patch_mse(prediction, torch.zeros(2, 2, 2), mask) == pytest.approx(10.5)
    assert MODELS.build(dict(type='MaskedPatchLoss', loss_weight=2.0))(prediction, torch.zeros(2, 2, 2), mask) == pytest.approx(21)


def test_nothing_hidden_is_no_error() -> None:
    assert masked_patch_mse(torch.ones(1, 4, 3), torch.zeros(1, 4, 3), torch.zeros(1, 4).bool()) == 0


def test_gradient() -> None:
    torch.manual_seed(0)
    prediction, target = torch.randn(2, 4, 3).double().requires_grad_(), torch.randn(2, 4, 3).double()
    mask = torch.tensor([[True, False, True, True], [False, False, True, False]])
    assert gradcheck(lambda x: masked_patch_mse(x, target, mask), prediction)
