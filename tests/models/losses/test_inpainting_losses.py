"""The terms of Latent-OFER's Eq. 5: by hand, and their gradients."""

import pytest
import torch

from ofer.models.losses import consistency_loss, relativistic_loss, semantic_consistency
from ofer.registry import MODELS

CLASSIFIER = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False),
    backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=3, loss=dict(type='CrossEntropyLoss')),
)


def test_consistency_by_hand() -> None:
    features, target = torch.zeros(2, 3, 2, 2), torch.zeros(2, 3, 4, 4)
    features[0, :, 0, 0] = torch.tensor([1.0, 2, 2])
    features[1, :, 1, 1] = 5  # not masked
    target[1, 0, :2, 2:] = torch.tensor([[2.0, 4], [4, 2]])  # 3 on average
    mask = torch.zeros(2, 2, 2, dtype=torch.bool)
    mask[0, 0, 0] = mask[1, 0, 1] = True
    # (1 + 4 + 4) + 9 over two places of three channels
    assert consistency_loss(features, target, mask) == pytest.approx(18 / 6)
    assert consistency_loss(features, target, torch.zeros_like(mask)) == 0
    with pytest.raises(ValueError, match='3 channels at its assembly and the target 4'):
        consistency_loss(features, torch.zeros(2, 4, 4, 4), mask)
    layer = MODELS.build(dict(type='ConsistencyLoss', loss_weight=0.5))
    assert layer(features, torch.zeros_like(features), target, mask) == pytest.approx(0.5 * (3 + 9 / 6))


def test_relativistic_by_hand() -> None:
    # ahead 2, 4 (mean 3), behind 1: ((0)^2 + (2)^2) / 2 = 2, and (1 - 3 + 1)^2 = 1
    assert relativistic_loss(torch.tensor([2.0, 4]), torch.tensor([1.0])) == pytest.approx((2 + 1) / 2)
    assert relativistic_loss(torch.full((3,), 7.0), torch.full((5,), 6.0)) == 0
    assert relativistic_loss(torch.ones(3), torch.ones(3)) == 1


def test_semantic_consistency_by_hand() -> None:
    true = torch.tensor([[0.0, 0.0]])
    assert semantic_consistency(torch.tensor([[0.0, 0.0]]), true) == pytest.approx(torch.log(torch.tensor(2.0)))
    # half of the weight on log p, half on log (1 - p), with p = 1 / (1 + 3)
    expected = -(torch.log(torch.tensor(0.25)) + torch.log(torch.tensor(0.75))) / 2
    assert semantic_consistency(torch.tensor([[0.0, torch.log(torch.tensor(3.0))]]), true) == pytest.approx(expected)


def test_the_true_face_is_a_target_and_gets_no_gradient() -> None:
    logits, true = (torch.randn(2, 3, generator=torch.Generator().manual_seed(seed)).requires_grad_() for seed in (0, 1))
    semantic_consistency(logits, true).backward()
    assert true.grad is None
    # of the cross entropy: the predicted distribution less the true one
    torch.testing.assert_close(logits.grad, (logits.softmax(1) - true.softmax(1)).detach() / 2)


def test_gradients() -> None:
    torch.manual_seed(0)
    double = dict(dtype=torch.float64, requires_grad=True)
    mask = torch.rand(2, 3, 3) < 0.5
    target = torch.rand(2, 4, 6, 6, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: consistency_loss(x, target, mask), (torch.rand(2, 4, 3, 3, **double),))
    assert torch.autograd.gradcheck(relativistic_loss, (torch.rand(4, **double), torch.rand(4, **double)))
    true = torch.randn(3, 5, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: semantic_consistency(x, true), (torch.randn(3, 5, **double),))


def test_the_classifier_stays_frozen_and_sees_its_own_format() -> None:
    loss = MODELS.build(dict(type='SemanticConsistencyLoss', classifier=CLASSIFIER, input_size=32)).train()
    assert not any(module.training for module in loss.modules())
    assert not any(parameter.requires_grad for parameter in loss.parameters())
    pixels = torch.rand(2, 3, 32, 32)
    torch.testing.assert_close(loss.logits(pixels), loss.classifier(pixels * 2 - 1, mode='tensor'))
    assert loss.logits(torch.rand(2, 3, 48, 48)).shape == (2, 3)
    painted = torch.rand(2, 3, 32, 32, requires_grad=True)
    loss(painted, pixels).backward()
    assert painted.grad.abs().max() > 0
    weighted = MODELS.build(dict(type='SemanticConsistencyLoss', classifier=CLASSIFIER, loss_weight=3.0, input_size=32))
    weighted.load_state_dict(loss.state_dict())
    torch.testing.assert_close(weighted(painted, pixels), 3 * semantic_consistency(loss.logits(painted), loss.logits(pixels)))


def test_the_classifiers_weights_come_from_its_training(tmp_path) -> None:
    trained = MODELS.build(CLASSIFIER)
    torch.save(dict(state_dict=trained.state_dict()), tmp_path / 'fer.pth')
    loss = MODELS.build(dict(type='SemanticConsistencyLoss', classifier=CLASSIFIER, checkpoint=str(tmp_path / 'fer.pth')))
    loss.init_weights()
    assert torch.equal(loss.classifier.head.fc.weight, trained.head.fc.weight)
    loss.checkpoint = str(tmp_path / 'none.pth')
    with pytest.raises(FileNotFoundError, match='Train the classifier first'):
        loss.init_weights()


def test_a_classifier_must_state_its_format() -> None:
    config = dict(CLASSIFIER, data_preprocessor=dict(type='ClsDataPreprocessor'))
    with pytest.raises(ValueError, match='data_preprocessor of the classifier has no mean'):
        MODELS.build(dict(type='SemanticConsistencyLoss', classifier=config))
