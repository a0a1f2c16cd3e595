"""ORSANet with tiny priors of its own, so that every path is quick; published sizes are checked against the frozen numbers elsewhere."""

import pytest
import torch
from torch import nn

from ofer.registry import MODELS
from ofer.structures import FaceSample


class Means(nn.Module):
    """A stand-in prior: says the mean colour on every cell, and counts its calls."""

    def __init__(self, channels, grid):
        super().__init__()
        self.channels, self.grid, self.seen = channels, grid, []

    def forward(self, pixels):
        self.seen.append(pixels)
        return pixels.mean((1, 2, 3)).view(-1, 1, 1, 1).expand(-1, self.channels, self.grid, self.grid)

    def predict(self, pixels):
        return torch.zeros(len(pixels), 2)


@pytest.fixture(autouse=True)
def stand_in():
    MODELS.register_module(name='Means', module=Means, force=True)
    yield
    MODELS.module_dict.pop('Means')


PREPROCESSOR = dict(type='ClsDataPreprocessor', mean=[120.0, 110.0, 100.0], std=[60.0, 50.0, 40.0], to_rgb=False, num_classes=3)
MODEL = dict(
    type='ORSANet',
    data_preprocessor=PREPROCESSOR,
    backbone=dict(type='IRNet', arch=dict(stem=4, units=(1, 1), channels=(4, 8)), input_size=16),
    tokens=dict(type='GridTokens', in_channels=8, in_size=4, grid=2, embed_dims=16),
    parsing_prior=dict(type='Means', channels=5, grid=4),
    guidance=dict(type='SSGM', channels=16, semantic_channels=5, hidden=4),
    landmark_prior=dict(type='Means', channels=6, grid=2),
    interaction=dict(type='MCM', size=1, embed_dims=16, landmark_channels=6, grid=2, num_heads=2),
    head=dict(type='GatedLinearHead', num_classes=3, in_channels=16, loss=dict(type='CrossEntropyLoss')),
)


def without(*names):
    return MODELS.build({key: value for key, value in MODEL.items() if key not in names})


def samples(n):
    return [FaceSample().set_gt_label(i % 3) for i in range(n)]


def test_three_modes():
    model = MODELS.build(MODEL).eval()
    x = torch.randn(2, 3, 32, 32)
    assert model(x, mode='tensor').shape == (2, 3)
    assert model(x, samples(2), mode='loss')['loss'].ndim == 0
    scores = torch.stack([s.pred_score for s in model(x, samples(2), mode='predict')])
    torch.testing.assert_close(scores, model(x).softmax(1))
    with pytest.raises(ValueError, match='mode'):
        model(x, mode='embed')


def test_priors_see_pixels_and_are_computed_once_where_handed_on():
    model = MODELS.build(MODEL).eval()
    image = torch.rand(2, 3, 32, 32)
    inputs = model.data_preprocessor(dict(inputs=list((image * 255).round().to(torch.uint8)), data_samples=samples(2)))['inputs']
    extra = model.precompute(inputs)
    torch.testing.assert_close(model.landmark_prior.seen[0], image, atol=1 / 255, rtol=0)
    torch.testing.assert_close(model(inputs, **extra), model(inputs))
    assert len(model.landmark_prior.seen) == len(model.parsing_prior.seen) == 2  # precompute, and the call without it


@pytest.mark.parametrize('left_out', [('parsing_prior', 'guidance'), ('landmark_prior', 'interaction')])
def test_ablations_run_without_a_prior(left_out):
    assert without(*left_out).eval()(torch.randn(2, 3, 32, 32)).shape == (2, 3)


def test_both_priors_change_the_answer():
    model = MODELS.build(MODEL).eval()
    x = torch.randn(2, 3, 32, 32)
    extra = model.precompute(x)
    for name, value in extra['priors'].items():
        noisy = {**extra['priors'], name: value + torch.randn_like(value)}
        assert not torch.allclose(model(x, priors=noisy), model(x, **extra)), name


def test_every_trained_parameter_gets_a_gradient():
    model = MODELS.build(MODEL).train()
    model(torch.randn(4, 3, 32, 32), samples(4), mode='loss')['loss'].backward()
    dead = [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]
    assert not dead


def test_explain_returns_maps_that_sum_to_one():
    seen = MODELS.build(MODEL).eval().explain(torch.randn(2, 3, 32, 32))
    for name in ('backbone_attention', 'fusion_attention'):
        assert seen[name].shape == (2, 2, 2)
        torch.testing.assert_close(seen[name].sum((1, 2)), torch.ones(2))
    assert set(seen) == {'backbone_attention', 'fusion_attention', 'landmarks', 'parsing'}


@pytest.mark.parametrize('missing', ['guidance', 'landmark_prior'])
def test_half_a_pair_is_refused(missing):
    with pytest.raises(ValueError, match='goes with'):
        without(missing)


def test_without_tokens_the_interaction_needs_the_maps():
    with pytest.raises(ValueError, match='go to the interaction'):
        MODELS.build({**MODEL, 'tokens': None})


def test_swapped_channels_are_refused():
    with pytest.raises(ValueError, match='to_rgb'):
        MODELS.build({**MODEL, 'data_preprocessor': {**PREPROCESSOR, 'to_rgb': True}})


def test_an_occlusion_head_learns_with_the_rest_and_gives_a_map():
    backbone = dict(type='IRNet', arch=dict(stem=4, units=(1, 1), channels=(4, 8)), input_size=16, out_stages=(0, 1))
    model = MODELS.build(MODEL | dict(backbone=backbone, occlusion_head=dict(type='OcclusionMapHead', in_channels=(4, 8), grid=8)))
    faces = samples(2)
    for face in faces:
        face.gt_occlusion = torch.zeros(32, 32, dtype=torch.bool)
    x = torch.randn(2, 3, 32, 32)
    losses = model(x, faces, mode='loss')
    assert sorted(losses) == ['loss', 'loss_occlusion']
    losses['loss_occlusion'].backward()
    assert model.backbone.input_layer[0].weight.grad.abs().sum() > 0
    model.eval()
    torch.testing.assert_close(model(x), model.head(model.extract_feat(x)))
    found = model(x, samples(2), mode='predict')
    assert found[1].occlusion_score.shape == found[1].pred_occlusion.shape == (8, 8)
    assert 'occlusion_score' not in without()(x, samples(2), mode='predict')[0]
