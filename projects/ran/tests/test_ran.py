"""RAN: the published network and its loss to their frozen numbers; attention, regions and loss by hand."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from ofer_ran import REGIONS, RegionAttention, crop_regions, region_biased_loss, weighted_mean

import ofer
from ofer.convert.published import convert
from ofer.registry import MODELS
from ofer.structures import FaceSample


def test_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('ran', 'ran_resnet18_8cls', images=12)
    regions = inputs.unflatten(0, (2, 6)) * frozen['region_scale'].view(1, 6, 1, 1, 1).float()
    with torch.no_grad():
        vectors = model.extract_feat(regions, stage='backbone')
        close(vectors, frozen['region_features'])
        alpha, beta, _ = model.neck.scores(vectors)
        close(alpha, frozen['alpha'])
        close(beta, frozen['beta'])
        weights, embedding = model.neck(vectors)
        close(weights[:, :-1].amax(1, keepdim=True), frozen['alpha_part_max'])
        close(weights[:, -1:], frozen['alpha_original'])
        close(embedding, frozen['embedding'])
        close(region_biased_loss(weights, 0.1).mean()[None], frozen['region_loss'])
        close(model(regions, mode='tensor'), frozen['logits'])


def test_attention_by_hand() -> None:
    # One channel, two regions 0 and 2. alpha = sigmoid(0 x) = 1/2 each: weights 1/2, mean 1. beta = sigmoid(ln(3) (x - 1)): 1/4 and 3/4.
    attention: Any = RegionAttention(1)
    attention.alpha.weight.data.zero_()
    attention.alpha.bias.data.zero_()
    attention.beta.weight.data = torch.tensor([[1.0, 0.0]]) * torch.log(torch.tensor(3.0))
    attention.beta.bias.data = -torch.log(torch.tensor([3.0]))
    vectors = torch.tensor([[[0.0], [2.0]]])
    alpha, beta, joint = attention.scores(vectors)
    torch.testing.assert_close(alpha, torch.tensor([[0.5, 0.5]]))
    torch.testing.assert_close(beta, torch.tensor([[0.25, 0.75]]))
    torch.testing.assert_close(joint, torch.tensor([[[0.0, 1.0], [2.0, 1.0]]]))
    weights, out = attention(vectors)
    second = torch.tensor([0.25, 0.75]).softmax(0)[1]
    torch.testing.assert_close(weights, torch.tensor([[0.5, 0.5]]))
    torch.testing.assert_close(out, torch.stack([2 * second, torch.tensor(1.0)])[None])


def test_equal_regions_are_their_mean() -> None:
    vectors = torch.randn(2, 1, 5).expand(2, 4, 5)
    torch.testing.assert_close(weighted_mean(vectors, torch.rand(2, 4) + 0.1), vectors[:, 0])


def test_region_biased_loss_by_hand() -> None:
    weights = torch.tensor([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5], [0.3, 0.36, 0.34]])
    torch.testing.assert_close(region_biased_loss(weights, 0.1), torch.tensor([0.0, 0.3, 0.08]))
    weights = torch.rand(3, 4, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda w: region_biased_loss(w, 0.1), (weights,))


@pytest.mark.parametrize(('name', 'number'), [('six', 6), ('eight', 8)])
def test_the_whole_face_comes_last(name: str, number: int) -> None:
    images = torch.rand(2, 3, 40, 40)
    regions = crop_regions(images, REGIONS[name], 40)
    assert regions.shape == (2, number, 3, 40, 40)
    assert torch.equal(regions[:, -1], images)


def test_each_region_is_where_it_says() -> None:
    image = torch.zeros(1, 3, 40, 40)
    image[..., 35:, 15:25] = 1  # the chin
    bright = crop_regions(image, REGIONS['eight'], 20).amax((0, 2, 3, 4)) > 0.5
    assert bright.tolist() == [True, False, False, True, True, False, False, True]  # bottom, the wider middles, whole face


def test_enlarging_does_not_need_antialiasing() -> None:
    crop = torch.rand(1, 3, 30, 30)
    smooth = torch.nn.functional.interpolate(crop, size=(40, 40), mode='bilinear', antialias=True)
    torch.testing.assert_close(crop_regions(crop, [(0.0, 0.0, 1.0, 1.0)], 40)[:, 0], smooth)


@pytest.fixture
def small() -> dict:
    return dict(
        type='RAN',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[0] * 3, std=[255] * 3, to_rgb=False, num_classes=3),
        backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=4, base_channels=4, out_indices=(3,)),
        neck=dict(type='RegionAttention', channels=32),
        head=dict(type='RegionHead', num_classes=3, in_channels=64, loss=dict(type='CrossEntropyLoss'), margin=1.0, region_weight=2.0),
        region_size=16,
    )


def test_faces_and_their_regions_give_the_same(small: dict) -> None:
    model, faces = ofer.get_model({'model': small}), torch.rand(2, 3, 32, 32)
    regions = crop_regions(faces, REGIONS['six'], 16)
    torch.testing.assert_close(model(faces, mode='tensor'), model(regions, mode='tensor'))
    samples = [FaceSample().set_gt_label(label) for label in (0, 2)]
    losses = model(faces, samples, mode='loss')
    weights = model.extract_feat(faces)[0]
    torch.testing.assert_close(losses['loss_region'], 2 * region_biased_loss(weights, 1.0).mean())
    for sample, own in zip(model(faces, samples, mode='predict'), weights, strict=True):
        torch.testing.assert_close(sample.region_weights, own)
        torch.testing.assert_close(sample.region_weights.sum(), torch.tensor(1.0))


@pytest.mark.parametrize('regions', ['seven', [(0, 0, 1, 1)], [(0, 0, 1.2, 1), (0, 0, 1, 1)]])
def test_regions_that_are_none(small: dict, regions: Any) -> None:
    with pytest.raises(ValueError, match='regions='):
        ofer.get_model({'model': small | {'regions': regions}})


def test_negative_margin(small: dict) -> None:
    with pytest.raises(ValueError, match='margin=-1'):
        MODELS.build(small['head'] | {'margin': -1})


def test_the_file_fits_the_config(published_file: Callable) -> None:
    path = published_file('ran', 'ran_resnet18_8cls', labels='ferplus')
    assert ofer.get_model('ran_ferplus', path).classes[-1] == 'contempt'


def test_the_network_of_affectnet_has_eight_regions() -> None:
    published = MODELS.build(dict(type='ResNet', depth=18)).state_dict()
    published |= {'alpha.0.weight': torch.zeros(1, 512), 'alpha.0.bias': torch.zeros(1), 'beta.0.weight': torch.zeros(1, 1024)}
    published |= {'beta.0.bias': torch.zeros(1), 'fc.weight': torch.zeros(7, 1024), 'fc.bias': torch.zeros(7)}
    result = convert('ran', published, labels='affectnet7')
    assert result.complete
    assert len(ofer.get_model({'model': result.model}).regions) == 8
    assert convert('ran', published, labels='rafdb').model['regions'] == 'six'
