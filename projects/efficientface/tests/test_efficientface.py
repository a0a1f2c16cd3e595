"""EfficientFace: the published network to its frozen numbers, its parts by plain loops, and the loss by hand."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from ofer_efficientface import DistributionClassifier, EfficientFace, distribution_loss
from ofer_efficientface.backbone import LocalFeatures, Modulator

import ofer
from ofer.engine.config import read_config
from ofer.registry import MODELS
from ofer.shipped import find_config

SMALL: dict[str, Any] = dict(channels=(4, 8, 8, 16, 16), units=(1, 1, 1))


def test_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('efficientface', 'efficientface_7cls')
    net = model.backbone
    with torch.no_grad():
        stem = net.maxpool(net.conv1(inputs))
        second = net.stage2(stem)
        close(second[:, ::8, ::2, ::2], frozen['stage2'])
        close(net.local(stem)[:, ::4, ::2, ::2], frozen['local'])
        close(net.modulator(second)[:, ::4, ::2, ::2], frozen['modulated'])
        close(net.stage4(net.stage3(net.modulator(second) + net.local(stem)))[:, ::4], frozen['stage4'])
        close(model.extract_feat(inputs)[-1], frozen['pooled'])
        close(model(inputs, mode='tensor'), frozen['logits'])
    assert sum(p.numel() for p in model.parameters()) == 1_275_293


def test_converted_weights_fit_the_config_without_its_teacher(published_file: Callable) -> None:
    """Only the loss needs the teacher, which the file has not, and whose own file is not here."""
    model = ofer.get_model('efficientface_rafdb', published_file('efficientface', 'efficientface_7cls', labels='affectnet7'))
    assert model.classes[0] == 'surprise'
    assert model.teacher is not None


def test_loss_by_hand() -> None:
    # Probabilities 3/4, 1/4 against 1/2, 1/2: -(ln 3/4 + ln 1/4) / 2, and half of it, the mean over two classes.
    logits = torch.tensor([[math.log(3.0), 0.0]])
    loss = distribution_loss(logits, torch.tensor([[0.5, 0.5]]))
    torch.testing.assert_close(loss, torch.tensor(-(math.log(0.75) + math.log(0.25)) / 4))


def test_loss_is_a_share_of_cross_entropy_and_least_for_the_same_distribution() -> None:
    torch.manual_seed(0)
    logits = torch.randn(5, 7, dtype=torch.double, requires_grad=True)
    target = torch.randn(5, 7, dtype=torch.double).softmax(1)
    torch.testing.assert_close(distribution_loss(logits, target) * 7, torch.nn.functional.cross_entropy(logits, target))
    assert distribution_loss(target.log(), target) < distribution_loss(logits, target)
    assert torch.autograd.gradcheck(lambda z: distribution_loss(z, target), (logits,))


def test_quadrants_do_not_see_each_other() -> None:
    torch.manual_seed(0)
    local = LocalFeatures(2, 4).eval()
    x = torch.randn(1, 2, 8, 8)
    changed = x.clone()
    changed[:, :, :4, 4:] += 1  # the upper right quadrant
    difference = (local(x) - local(changed)).abs().amax(1)[0] > 0
    assert difference[:2, 2:].any()
    assert not difference[2:].any()
    assert not difference[:, :2].any()


def test_modulator_weighs_by_channel_times_place() -> None:
    torch.manual_seed(0)
    modulator, x = Modulator(4).eval(), torch.rand(2, 4, 3, 3) + 0.5
    weight = (modulator(x) / x).logit()
    channel, place = weight.mean((2, 3)), weight.mean(1)
    torch.testing.assert_close(weight, channel[:, :, None, None] * place[:, None] / weight.mean((1, 2, 3))[:, None, None, None])


def test_shape_and_sizes() -> None:
    backbone = EfficientFace(**SMALL).eval()
    assert backbone(torch.zeros(1, 3, 48, 32))[0].shape == (1, 16, 2, 1)
    with pytest.raises(ValueError, match='40 x 48 pixels'):
        backbone(torch.zeros(1, 3, 40, 48))
    with pytest.raises(ValueError, match='five widths'):
        EfficientFace(channels=(4, 8))


def small_model(**changes: object) -> DistributionClassifier:
    config = read_config(find_config('efficientface_small_synthetic')).model
    config.backbone.update(SMALL)
    config.head.in_channels = 16
    config.update(changes)
    return MODELS.build(config)


def test_teacher_is_frozen_and_sees_the_pixels_in_its_own_format() -> None:
    torch.manual_seed(0)
    model = small_model().train()
    pixels = torch.rand(2, 3, 64, 64)
    inputs = model.input_format.convert(pixels)
    seen = model.distribution(inputs)
    torch.testing.assert_close(seen, model.teacher.network(model.teacher.input_format.convert(pixels)).softmax(1), rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(seen.sum(1), torch.ones(2))
    model.loss(inputs, [])['loss'].backward()
    assert all(p.grad is None for p in model.teacher.parameters())
    assert not any(part.training for part in model.teacher.modules())
    assert model.head.fc.weight.grad.abs().sum() > 0


def test_without_a_teacher_it_is_tested_but_not_trained() -> None:
    model = small_model(teacher=None).eval()
    assert model(torch.zeros(1, 3, 64, 64)).shape == (1, 7)
    with pytest.raises(ValueError, match=r'set model\.teacher'):
        model.loss(torch.zeros(1, 3, 64, 64), [])
