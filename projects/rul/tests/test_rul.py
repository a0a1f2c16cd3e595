"""RUL: the published network to its frozen numbers, and the mixture by hand."""

import math
from collections.abc import Callable

import pytest
import torch
from ofer_rul import RULHead, mix_by_uncertainty, uncertainty

import ofer
from ofer.structures import FaceSample


def test_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('rul', 'rul_resnet18_7cls', images=4)
    samples = [FaceSample().set_gt_label(label) for label in (0, 3, 6, 3)]
    partner = torch.tensor([2, 0, 3, 1])
    with torch.no_grad():
        feats = model.extract_feat(inputs)
        mean, weight = model.head.pre_logits(feats), model.head.uncertainty(feats)
        mixed = mix_by_uncertainty(mean, weight, partner)
        close(feats[-1][:, ::4], frozen['features'])
        close(mean, frozen['mu'])
        close(model.head.log_var(feats[-1]), frozen['log_var'])
        close(weight, frozen['uncertainty'])
        close(mixed, frozen['mixed'])
        close(model.head.fc(mixed), frozen['mixed_logits'])
        close(model.head.mixed_loss(feats, samples, partner)[None], frozen['loss'])
        close(model(inputs, mode='tensor'), frozen['logits'])


def test_converted_weights_fit_the_config(published_file: Callable) -> None:
    model = ofer.get_model('rul_rafdb', published_file('rul', 'rul_resnet18_7cls', labels='rafdb'))
    assert model.classes[0] == 'surprise'


def test_uncertainty_by_hand() -> None:
    torch.testing.assert_close(uncertainty(torch.tensor([[0.0, math.log(3.0)]])), torch.tensor([[2.0]]))


def test_mixture_by_hand() -> None:
    mean, weight = torch.tensor([[0.0, 2.0], [4.0, 6.0], [1.0, 1.0]]), torch.tensor([[1.0], [3.0], [5.0]])
    mixed = mix_by_uncertainty(mean, weight, torch.tensor([1, 0, 2]))
    torch.testing.assert_close(mixed, torch.tensor([[3.0, 5.0], [3.0, 5.0], [1.0, 1.0]]))


def test_mixture_is_nearer_to_the_uncertain_face_and_the_same_for_both() -> None:
    torch.manual_seed(0)
    mean, weight, partner = torch.randn(6, 4), torch.rand(6, 1) + 0.1, torch.tensor([1, 0, 3, 2, 5, 4])
    mixed = mix_by_uncertainty(mean, weight, partner)
    torch.testing.assert_close(mixed, mixed[partner])
    own, other = (mixed - mean).norm(dim=1), (mixed - mean[partner]).norm(dim=1)
    assert ((own < other) == (weight > weight[partner]).squeeze(1)).all()


def test_gradient_of_the_mixture() -> None:
    mean, weight = torch.randn(3, 2, dtype=torch.double, requires_grad=True), torch.rand(3, 1, dtype=torch.double) + 0.5
    assert torch.autograd.gradcheck(lambda m, w: mix_by_uncertainty(m, w, torch.tensor([2, 0, 1])), (mean, weight.requires_grad_()))


def small_head() -> RULHead:
    torch.manual_seed(0)
    return RULHead(3, channels=2, grid=2, embed_dims=4, dropout=0.0, loss=dict(type='CrossEntropyLoss'), init_cfg=None)


def test_a_face_mixed_with_itself_is_classified_as_usual() -> None:
    head, feats = small_head().eval(), (torch.randn(4, 2, 2, 2),)
    samples = [FaceSample().set_gt_label(label) for label in (0, 1, 2, 1)]
    usual = torch.nn.functional.cross_entropy(head(feats), torch.tensor([0, 1, 2, 1]))
    torch.testing.assert_close(head.mixed_loss(feats, samples, torch.arange(4)), usual)


def test_soft_labels_that_are_sure_give_the_same_loss() -> None:
    feats, partner = (torch.randn(3, 2, 2, 2),), torch.tensor([1, 2, 0])
    head = small_head().eval()
    samples = [FaceSample().set_gt_label(label) for label in (0, 2, 1)]
    hard = head.mixed_loss(feats, samples, partner)
    for sample, row in zip(samples, torch.eye(3)[[0, 2, 1]], strict=True):
        sample.set_gt_score(row)
    soft_head = RULHead(3, channels=2, grid=2, embed_dims=4, loss=dict(type='CrossEntropyLoss', use_soft=True), init_cfg=None).eval()
    soft_head.load_state_dict(head.state_dict())
    torch.testing.assert_close(soft_head.mixed_loss(feats, samples, partner), hard)


def test_loss_draws_other_partners_each_time_and_reaches_both_branches() -> None:
    head, feats = small_head(), (torch.randn(8, 2, 2, 2),)
    samples = [FaceSample().set_gt_label(label % 3) for label in range(8)]
    losses = [head.loss(feats, samples)['loss'] for _ in range(3)]
    assert len({round(loss.item(), 6) for loss in losses}) > 1
    losses[0].backward()
    for branch in (head.mu, head.log_var):
        first = next(branch.parameters())
        assert first.grad is not None
        assert first.grad.abs().sum() > 0


def test_maps_of_another_size_are_named() -> None:
    with pytest.raises(ValueError, match=r'\(1, 2, 3, 3\): RULHead expects \(N, 2, 2, 2\)'):
        small_head().eval()((torch.zeros(1, 2, 3, 3),))


def test_a_file_without_its_classifier_is_named() -> None:
    from ofer.convert.published import tensors_in

    with pytest.raises(ValueError, match='no rul file: it has no fc_state_dict'):
        tensors_in(dict(model_state_dict={'features.0.weight': torch.zeros(1)}), 'rul', 'a.pth')
