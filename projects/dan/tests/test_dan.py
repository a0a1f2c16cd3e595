"""DAN: the published network to its frozen numbers, and its losses by hand."""

import math
from collections.abc import Callable

import pytest
import torch
from ofer_dan import AffinityLoss, affinity_loss, partition_loss

import ofer
from ofer.registry import MODELS
from ofer.structures import FaceSample


def test_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('dan', 'dan_resnet18_7cls')
    with torch.no_grad():
        (features,) = model.backbone(inputs)
        close(features[:, ::2], frozen['features'])
        close(model.neck.heads[0].attend(features)[:, ::8], frozen['spatial_head0'])
        close(model.neck((features,))[1], frozen['heads'])
        close(model(inputs, mode='tensor'), frozen['logits'])


def test_converted_weights_fit_the_config_without_centres(published_file: Callable) -> None:
    """The file has no centres: the config's own are kept, and training starts from them."""
    model = ofer.get_model('dan_rafdb', published_file('dan', 'dan_resnet18_7cls', labels='rafdb'))
    assert model.classes[0] == 'surprise'
    assert model.head.affinity.centers.shape == (7, 512)


def test_affinity_by_hand() -> None:
    # centres (0, 0), (2, 0): variance 2 + 0. Distances of (1, 1): 2; of (2, 3) to the second: 9.
    loss = affinity_loss(torch.tensor([[1.0, 1.0], [2.0, 3.0]]), torch.tensor([0, 1]), torch.tensor([[0.0, 0.0], [2.0, 0.0]]))
    torch.testing.assert_close(loss, torch.tensor([1.0, 4.5]))


def test_affinity_does_not_depend_on_the_unit() -> None:
    x, centers, target = torch.randn(5, 4), torch.randn(3, 4), torch.tensor([0, 1, 2, 2, 0])
    torch.testing.assert_close(affinity_loss(3 * x, target, 3 * centers), affinity_loss(x, target, centers))


def test_partition_by_hand() -> None:
    heads = torch.tensor([[[0.0], [2.0]], [[1.0], [3.0]]])  # variance over two heads: 2 in each face
    torch.testing.assert_close(partition_loss(heads), torch.tensor(math.log(2.0)))
    assert partition_loss(heads[:, :1]) == 0
    assert partition_loss(10 * heads) < partition_loss(heads)


def test_gradients() -> None:
    torch.manual_seed(0)
    x, centers = torch.randn(4, 3, dtype=torch.double, requires_grad=True), torch.randn(3, 3, dtype=torch.double, requires_grad=True)
    target = torch.tensor([0, 1, 2, 0])
    assert torch.autograd.gradcheck(lambda a, c: affinity_loss(a, target, c), (x, centers))
    heads = torch.randn(2, 3, 4, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(partition_loss, (heads,))


def test_one_class_has_no_spread() -> None:
    with pytest.raises(ValueError, match='num_classes=1'):
        AffinityLoss(1)


def test_head_sums_three_losses() -> None:
    head = MODELS.build(
        dict(
            type='DANHead',
            num_classes=3,
            in_channels=4,
            loss=dict(type='CrossEntropyLoss'),
            affinity=dict(type='AffinityLoss', num_classes=3, channels=4, loss_weight=2.0),
            partition=dict(type='PartitionLoss'),
        )
    )
    pooled, heads = torch.randn(2, 4), torch.randn(2, 3, 4)
    samples = [FaceSample().set_gt_label(label) for label in (0, 2)]
    losses = head.loss((pooled, heads), samples)
    torch.testing.assert_close(losses['loss_affinity'], 2 * affinity_loss(pooled, torch.tensor([0, 2]), head.affinity.centers).mean())
    torch.testing.assert_close(losses['loss_partition'], partition_loss(heads))
    assert losses.keys() == {'loss', 'loss_affinity', 'loss_partition'}
