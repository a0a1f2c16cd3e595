"""Frozen priors: frozen for real, in their own input format, with a clear word where weights are missing."""

from copy import deepcopy
from pathlib import Path

import pytest
import torch
from torch import nn

from ofer.models import LandmarkPrior, ParsingPrior
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import MODELS

LANDMARKS = dict(type='LandmarkPrior', network=dict(type='MobileFaceNet', input_size=32), input_format=dict(size=32))
PARSING = dict(type='ParsingPrior', network=dict(type='SegFace', encoder='mobilenet_v3_large'), input_format=dict(size=32))
SWIN = dict(type='ParsingPrior', network=dict(type='SegFace', encoder='swin_v2_tiny'), input_format=dict(size=32))
every_prior = pytest.mark.parametrize('config', [LANDMARKS, PARSING, SWIN], ids=['landmarks', 'mobilenet', 'swin'])


@every_prior
def test_training_the_model_around_it_changes_nothing_inside(config: dict) -> None:
    prior = MODELS.build(config)
    model = nn.ModuleDict(dict(prior=prior, head=nn.Conv2d(prior.out_channels, 2, 1)))
    before = deepcopy(prior.state_dict())
    model.train()
    assert not any(module.training for module in prior.modules())
    assert not any(parameter.requires_grad for parameter in prior.parameters())
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=0.1)
    pixels = torch.rand(2, 3, 40, 40, requires_grad=True)
    first = prior(pixels)
    model['head'](first).square().sum().backward()
    optimizer.step()
    assert pixels.grad is None
    assert not first.requires_grad
    assert torch.equal(prior(pixels), first)
    assert all(torch.equal(value, before[name]) for name, value in prior.state_dict().items())


def test_thawed_parameters_still_get_no_gradient() -> None:
    prior = MODELS.build(LANDMARKS).requires_grad_(True)
    assert not prior(torch.rand(1, 3, 32, 32)).requires_grad


@pytest.mark.parametrize(
    ('options', 'channels', 'side'),
    [(dict(), 960, 1), (dict(stage=0), 24, 8), (dict(stage=-2), 112, 2), (dict(feature='maps'), 11, 32)],
)
def test_what_the_parsing_prior_fuses(options: dict, channels: int, side: int) -> None:
    prior = MODELS.build(dict(PARSING, **options))
    out = prior(torch.rand(2, 3, 48, 48))
    assert out.shape == (2, channels, side, side)
    assert prior.out_channels == channels
    if options.get('feature') == 'maps':
        assert torch.allclose(out.sum(1), torch.ones(2, side, side))
    assert prior.predict(torch.rand(2, 3, 48, 48)).shape == (2, 32, 32)


def test_landmark_prior_sees_bgr_by_default_and_normalised_rgb_as_published() -> None:
    network = dict(type='MobileFaceNet')
    default, published = LandmarkPrior(network), LandmarkPrior(network, 'published')
    published.load_state_dict(default.state_dict())
    pixels = torch.rand(1, 3, 224, 224)
    assert torch.equal(default(pixels), default.network.features(default.input_format.convert(pixels)))
    seen = default.input_format.convert(pixels)
    assert seen.mean((2, 3)).flatten().tolist() == pytest.approx(pixels.flip(1).mean((2, 3)).flatten().tolist(), abs=1e-3)
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    expected = published.network.features((pixels[:, :, ::2, ::2] - mean) / std)
    assert torch.allclose(published(pixels), expected, atol=1e-5)


@pytest.mark.parametrize(
    ('bad', 'message'),
    [
        (dict(PARSING, input_format='bgr'), 'default, published'),
        (dict(PARSING, input_format=dict(width=3)), 'width'),
        (dict(PARSING, feature='map'), 'features or maps'),
        (dict(PARSING, stage=4), '4 feature maps'),
    ],
)
def test_bad_arguments(bad: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MODELS.build(bad)


@every_prior
def test_missing_weights_are_named_with_the_way_to_get_them(config: dict, tmp_path: Path) -> None:
    prior: FrozenPrior = MODELS.build(dict(config, checkpoint=str(tmp_path / 'nowhere.pth')))  # building needs no file
    with pytest.raises(FileNotFoundError, match=r'nowhere\.pth(.|\n)*ofer convert(.|\n)*configs/'):
        prior.init_weights()


def test_reads_plain_weights_and_those_of_our_own_training(tmp_path: Path) -> None:
    source = MODELS.build(LANDMARKS)
    plain = source.network.state_dict()
    ours = {f'network.{name}': value for name, value in plain.items()} | {'loss.weight': torch.ones(1)}
    folded = {name: value for name, value in plain.items() if not name.endswith('num_batches_tracked')}
    pixels = torch.rand(1, 3, 32, 32)
    for name, state in dict(plain=plain, ours=ours, folded=folded).items():
        path = tmp_path / f'{name}.pth'
        torch.save(dict(meta=dict(epoch=1), state_dict=state), path)
        prior = MODELS.build(dict(LANDMARKS, checkpoint=str(path)))
        prior.init_weights()
        assert torch.equal(prior(pixels), source(pixels))


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save(MODELS.build(LANDMARKS).network.state_dict(), tmp_path / 'landmarks.pth')
    prior = ParsingPrior(PARSING['network'], checkpoint=str(tmp_path / 'landmarks.pth'))
    with pytest.raises(ValueError, match=r'landmarks\.pth does not fit SegFace'):
        prior.init_weights()
