"""DACL: the published network to its frozen numbers and gradients, and its loss by hand."""

import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from ofer_dacl import DACLHead, OneOfFiveCrops, center_gradient, sparse_center_loss

import ofer
from ofer.structures import FaceSample


def test_frozen_numbers(converted: Callable, close: Callable, shared: Path) -> None:
    """Network, loss, and the loss's own gradients, of which those of the centres are no derivative of it."""
    model, inputs, frozen = converted('dacl', 'dacl_resnet18_7cls')
    head = model.head
    fill = runpy.run_path(str(shared / 'fixtures' / 'make_checkpoint.py'))['fill']
    centers = torch.from_numpy(fill('centers', (7, 512)))
    with torch.no_grad():
        feats = model.extract_feat(inputs)
        features, weights = head.pre_logits(feats), head.weights(feats)
        close(feats[-1][:, ::4], frozen['features'])
        close(features, frozen['embedding'])
        close(head.attention(feats[-1].flatten(1)), frozen['attention_code'])
        close(weights, frozen['attention'])
        close(model(inputs, mode='tensor'), frozen['logits'])
        close(sparse_center_loss(features, weights, centers, torch.tensor([3, 5]))[None], frozen['sparse_center_loss'])
    labels = torch.tensor([3, 3])
    total, number = center_gradient(features, weights, centers, labels)
    close((-total / (1 + number))[3], frozen['centers_grad'])
    sparse_center_loss(features.requires_grad_(), weights.requires_grad_(), centers, labels).backward()
    close(features.grad, frozen['embedding_grad'])
    close(weights.grad, frozen['attention_grad'])


def test_converted_weights_fit_the_config_without_centres(published_file: Callable) -> None:
    """The file has no centres: the config's own are kept, and training starts from them."""
    model = ofer.get_model('dacl_rafdb', published_file('dacl', 'dacl_resnet18_7cls', labels='rafdb'))
    assert model.classes[0] == 'surprise'
    assert model.head.centers.shape == (7, 512)


def test_loss_by_hand() -> None:
    features, centers = torch.tensor([[1.0, 2.0], [0.0, 0.0]]), torch.tensor([[0.0, 0.0], [4.0, 2.0]])
    weights = torch.tensor([[1.0, 0.5], [0.25, 0.0]])
    # (1 * 1 + 0.5 * 4) + (0.25 * 16 + 0 * 4) = 3 + 4, over 2 * 2
    torch.testing.assert_close(sparse_center_loss(features, weights, centers, torch.tensor([0, 1])), torch.tensor(1.75))


def test_gradient_of_the_centres_by_hand() -> None:
    features, centers = torch.tensor([[1.0], [3.0], [5.0]]), torch.tensor([[0.0], [1.0], [7.0]])
    weights = torch.tensor([[1.0], [0.5], [1.0]])
    total, number = center_gradient(features, weights, centers, torch.tensor([0, 0, 1]))
    assert total.tolist() == [[2.5], [4.0], [0.0]]  # 1 + 0.5 * 3; 5 - 1; none
    assert number.tolist() == [[2.0], [1.0], [0.0]]


def test_gradients() -> None:
    torch.manual_seed(0)
    features, weights = torch.randn(4, 3, dtype=torch.double, requires_grad=True), torch.rand(4, 3, dtype=torch.double, requires_grad=True)
    centers = torch.randn(2, 3, dtype=torch.double, requires_grad=True)
    labels = torch.tensor([0, 1, 1, 0])
    assert torch.autograd.gradcheck(lambda x, a: sparse_center_loss(x, a, centers, labels), (features, weights))
    sparse_center_loss(features, weights, centers, labels).backward()
    assert centers.grad is None


def small_head() -> DACLHead:
    torch.manual_seed(0)
    loss = dict(type='CrossEntropyLoss')
    return DACLHead(2, in_channels=3, grid=2, hidden=(4, 4, 2), center_rate=0.5, loss=loss, init_cfg=None)


def test_centres_move_in_training_only_and_the_loss_has_its_gradient() -> None:
    head, feats = small_head(), (torch.randn(4, 3, 2, 2, requires_grad=True),)
    samples = [FaceSample().set_gt_label(0) for _ in range(4)]
    before = head.centers.clone()
    losses = head.loss(feats, samples)
    features, weights = head.pre_logits(feats), head.weights(feats)
    torch.testing.assert_close(losses['loss_center'], 0.01 * sparse_center_loss(features, weights, before, torch.zeros(4).long()))
    total, _ = center_gradient(features, weights, before, torch.zeros(4).long())
    torch.testing.assert_close(head.centers, before + 0.5 * total / torch.tensor([[5.0], [1.0]]))
    assert torch.equal(head.centers[1], before[1])  # no face of its class
    sum(losses.values()).backward()
    first = next(head.attention.parameters())
    assert first.grad is not None
    assert first.grad.abs().sum() > 0
    moved = head.centers.clone()
    head.eval().loss(feats, samples)
    assert torch.equal(head.centers, moved)


def test_centres_move_by_the_samples_of_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes with the same batch move the centres as one process with the batch twice."""
    features, weights, labels = torch.randn(4, 3), torch.rand(4, 3), torch.tensor([0, 1, 1, 0])
    once, both = small_head(), small_head()
    once.update_centers(features.repeat(2, 1), weights.repeat(2, 1), labels.repeat(2))
    monkeypatch.setattr('ofer_dacl.head.all_reduce', lambda values: values.mul_(2))
    both.update_centers(features, weights, labels)
    torch.testing.assert_close(both.centers, once.centers)


def test_weights_are_the_second_of_two_probabilities() -> None:
    head, feats = small_head().eval(), (torch.randn(2, 3, 2, 2),)
    logits = head.attention_heads(head.attention(feats[-1].flatten(1))).view(2, 3, 2)
    torch.testing.assert_close(head.weights(feats), (logits[..., 1] - logits[..., 0]).sigmoid())


def test_maps_of_another_size_are_named() -> None:
    head = small_head().eval()
    assert head((torch.zeros(1, 3, 5, 5),)).shape == (1, 2)  # only the loss needs the size
    with pytest.raises(ValueError, match=r'\(1, 3, 5, 5\): DACLHead expects \(N, 3, 2, 2\)'):
        head.weights((torch.zeros(1, 3, 5, 5),))


def test_centres_are_saved_and_resumed() -> None:
    head, other = small_head(), small_head()
    head.centers += 1
    other.load_state_dict(head.state_dict())
    assert torch.equal(other.centers, head.centers)


def test_all_five_crops_occur() -> None:
    torch.manual_seed(0)
    img = np.arange(36, dtype=np.uint8).reshape(6, 6, 1)
    crops = [OneOfFiveCrops(4).transform({'img': img})['img'] for _ in range(60)]
    assert {crop.shape for crop in crops} == {(4, 4, 1)}
    assert {int(crop[0, 0, 0]) for crop in crops} == {0, 2, 12, 14, 7}


def test_a_crop_needs_a_larger_image() -> None:
    with pytest.raises(ValueError, match='crop_size=4 exceeds the image, 3 x 6'):
        OneOfFiveCrops(4).transform({'img': np.zeros((3, 6, 3), np.uint8)})
    with pytest.raises(ValueError, match='crop_size=0'):
        OneOfFiveCrops(0)
