"""From the command to a training that reads what it wrote."""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ofer.engine.caching.feature_cache import FeatureCache
from ofer.engine.config import read_config
from ofer.engine.hooks.feature_cache import FeatureCacheHook, flatten
from ofer.engine.runner import Runner
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.models.priors.latent_prior import LatentPrior
from ofer.registry import MODELS
from ofer.structures import FaceSample

ROOT = Path(__file__).resolve().parents[3]
CONFIG = """
_base_ = '{base}'
model = dict(
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[63.0] * 3, to_rgb=False, num_classes=3),
    **{model},
)
train_dataloader = dict(
    batch_size=6,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='FaceFolder',
        data_root='{folder}/data',
        classes=('a', 'b', 'c'),
        split='train',
        pipeline=[dict(type='LoadFace'), dict(type='RandomFlip', prob=0.5), dict(type='PackFace')],
    ),
)
test_dataloader = dict(
    batch_size=6,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='FaceFolder',
        data_root='{folder}/data',
        classes=('a', 'b', 'c'),
        split='train',
        pipeline=[dict(type='LoadFace'), dict(type='PackFace')],
    ),
)
test_sets = dict(whole=dict(), part=dict(indices=6), covered=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3)]))
test_evaluator = dict(type='FERMetric')
test_cfg = dict()
optim_wrapper = dict(type='{wrapper}', optimizer=dict(type='SGD', lr=0.05))
train_cfg = dict(by_epoch=True, max_epochs=1)
custom_hooks = [dict(type='FeatureCacheHook', test=None)]
default_hooks = dict(logger=dict(interval=1), checkpoint=dict(save_best=None))
"""


def landmark_weights() -> dict[str, torch.Tensor]:
    """Random, with batch statistics that fit them: else all images have the same features, and no mistake would show."""
    network = MODELS.build(dict(type='MobileFaceNet'))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    network.train().features(torch.rand(32, 3, 32, 32))
    return network.state_dict()


VIT = dict(type='MaskedViT', img_size=32, patch_size=8, embed_dims=12, depth=1, num_heads=2)


@dataclass(frozen=True)
class Case:
    """A model with one frozen part, whose input is 32 pixels.

    Args:
        model: its config; the part's weights are to be read from ``{folder}/frozen.pth``.
        part: the frozen part's name.
        feature: what the cache has of it.
        weights: makes the part's weights at random.
        wrapper: type of the optimiser wrapper: one that computes beforehand what two passes share, and one that does not.
    """

    model: dict
    part: str
    feature: str
    weights: Callable[[], dict[str, torch.Tensor]]
    wrapper: str


CASES = dict(
    orsanet=Case(
        dict(
            type='ORSANet',
            backbone=dict(type='IRNet', arch=dict(stem=4, units=(1, 1), channels=(4, 8)), input_size=16),
            tokens=dict(type='GridTokens', in_channels=8, in_size=4, grid=2, embed_dims=16),
            landmark_prior=dict(
                type='LandmarkPrior', network=dict(type='MobileFaceNet'), input_format=dict(size=32), checkpoint='{folder}/frozen.pth'
            ),
            interaction=dict(type='MCM', size=1, embed_dims=16, landmark_channels=512, grid=2, num_heads=2),
            head=dict(type='GatedLinearHead', num_classes=3, in_channels=16, loss=dict(type='CrossEntropyLoss')),
        ),
        'landmark_prior',
        'priors.landmarks',
        landmark_weights,
        'SAMOptimWrapper',
    ),
    latent_fer=Case(
        dict(
            type='LatentFER',
            backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=4, base_channels=4),
            neck=dict(type='CrossAttentionHeads', channels=32, num_heads=2, reduction=4),
            encoder=dict(type='LatentPrior', network=VIT, input_format=dict(size=32), checkpoint='{folder}/frozen.pth'),
            embed=dict(type='LatentMLP', in_dims=12, grid=4, place_dims=3, out_channels=8),
            head=dict(type='LinearClsHead', num_classes=3, in_channels=40, loss=dict(type='CrossEntropyLoss')),
        ),
        'encoder',
        'vit_latents',
        lambda: MODELS.build(VIT).state_dict(),
        'OptimWrapper',
    ),
)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def config(case: Case, tmp_path: Path) -> str:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    for name in 'abc':
        (tmp_path / 'data' / 'train' / name).mkdir(parents=True)
        for index in range(4):
            cv2.imwrite(str(tmp_path / 'data' / 'train' / name / f'{index}.png'), rng.integers(0, 255, (32, 32, 3), dtype=np.uint8))
    torch.save(case.weights(), tmp_path / 'frozen.pth')
    base, model = ROOT / 'configs' / '_base_' / 'runtime.py', repr(case.model).replace('{folder}', str(tmp_path))
    (tmp_path / 'cached.py').write_text(CONFIG.format(base=base, folder=tmp_path, model=model, wrapper=case.wrapper))
    return str(tmp_path / 'cached.py')


def train(config: str, work_dir: Path, cache: Path | None, *options: str) -> Runner:
    settings = read_config(config, options)
    settings.work_dir = str(work_dir)
    settings.custom_hooks = [dict(type='FeatureCacheHook', train=str(cache))] if cache else []
    runner = Runner.from_cfg(settings)
    runner.train()
    return runner


def test_training_from_the_cache_is_the_same_within_half_precision(command: Callable, config: str, tmp_path: Path) -> None:
    cache = tmp_path / 'cache'
    command('prepare', 'cache-features', config, '--out', str(cache), '--device', 'cpu')
    computed, read = (train(config, tmp_path / name, folder) for name, folder in (('computed', None), ('read', cache)))
    left = read.model.state_dict()
    for name, value in computed.model.state_dict().items():
        torch.testing.assert_close(left[name], value, rtol=2e-3, atol=2e-4, msg=name)
    losses = [runner.message_hub.get_scalar('train/loss').data[0].tolist() for runner in (computed, read)]
    assert len(losses[0]) == 2
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_the_cache_has_each_image_and_its_mirror_image(command: Callable, case: Case, config: str, tmp_path: Path) -> None:
    command('prepare', 'cache-features', config, '--out', str(tmp_path / 'cache'), '--device', 'cpu')
    model = MODELS.build(read_config(config).model).eval()
    model.init_weights()
    header = json.loads((tmp_path / 'cache' / 'key.json').read_text())
    cache = FeatureCache.open(tmp_path / 'cache', header['key'])
    images = [cv2.imread(str(path))[..., ::-1] for path in sorted((tmp_path / 'data').rglob('*.png'))]
    for mirrored in (False, True):
        seen = [image[:, ::-1] if mirrored else image for image in images]
        batch = {'inputs': [torch.from_numpy(image.transpose(2, 0, 1).copy()) for image in seen]}
        expected = flatten(model.precompute(model.data_preprocessor(batch)['inputs']))[case.feature]
        other = cache.read(range(12), [not mirrored] * 12)[case.feature]
        torch.testing.assert_close(cache.read(range(12), [mirrored] * 12)[case.feature], expected, rtol=2e-3, atol=1e-3)
        assert not torch.allclose(other, expected, rtol=2e-3, atol=1e-3)


@pytest.mark.parametrize('prob', [0.0, 1.0])
def test_mirrored_images_get_mirrored_features(
    command: Callable, config: str, tmp_path: Path, prob: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    command('prepare', 'cache-features', config, '--out', str(tmp_path / 'cache'), '--device', 'cpu')
    asked: list[bool] = []
    read = FeatureCache.read

    def spy(cache: FeatureCache, items: list[int], mirrored: list[bool]) -> dict[str, torch.Tensor]:
        asked.extend(mirrored)
        return read(cache, items, mirrored)

    monkeypatch.setattr(FeatureCache, 'read', spy)
    train(config, tmp_path / 'work', tmp_path / 'cache', f'train_dataloader.dataset.pipeline.1.prob={prob}')
    assert asked == [prob == 1.0] * 12


def test_the_prior_does_not_run(command: Callable, config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command('prepare', 'cache-features', config, '--out', str(tmp_path / 'cache'), '--device', 'cpu')

    def forward(*_: object) -> None:
        raise AssertionError('computed')

    monkeypatch.setattr(FrozenPrior, 'forward', forward)
    monkeypatch.setattr(LatentPrior, 'latents', forward)
    train(config, tmp_path / 'work', tmp_path / 'cache')
    with pytest.raises(AssertionError, match='computed'):
        train(config, tmp_path / 'work', None)


def test_other_weights_input_and_images_are_refused(command: Callable, case: Case, config: str, tmp_path: Path) -> None:
    cache = tmp_path / 'cache'
    command('prepare', 'cache-features', config, '--out', str(cache), '--device', 'cpu')
    with pytest.raises(ValueError, match=rf'networks\.{case.part}\.config\.input_format\.size differ'):
        train(config, tmp_path / 'work', cache, f'model.{case.part}.input_format.size=33')
    torch.save(case.weights(), tmp_path / 'frozen.pth')
    with pytest.raises(ValueError, match=rf'networks\.{case.part}\.weights differ'):
        train(config, tmp_path / 'work', cache)
    (tmp_path / 'data' / 'train' / 'a' / '0.png').rename(tmp_path / 'data' / 'train' / 'a' / 'new.png')
    with pytest.raises(ValueError, match=rf'data\.images, networks\.{case.part}\.weights differ'):
        train(config, tmp_path / 'work', cache)


def test_weights_that_training_starts_from_count(command: Callable, config: str, tmp_path: Path) -> None:
    model = MODELS.build(read_config(config).model)  # whose frozen part has not read its file
    torch.save({'state_dict': model.state_dict()}, tmp_path / 'whole.pth')
    start = f'load_from={tmp_path / "whole.pth"}'
    command('prepare', 'cache-features', config, '--out', str(tmp_path / 'cache'), '--device', 'cpu', '--cfg-options', start)
    train(config, tmp_path / 'work', tmp_path / 'cache', start)
    with pytest.raises(ValueError, match=r'weights differ'):
        train(config, tmp_path / 'work', tmp_path / 'cache')


def test_each_test_set_needs_a_cache_of_its_own(command: Callable, config: str, tmp_path: Path) -> None:
    cache = tmp_path / 'cache'
    command('prepare', 'cache-features', config, '--split', 'test', '--out', str(cache), '--device', 'cpu')
    train(config, tmp_path / 'work', None)

    def test(*sets: str) -> None:
        options = ['--work-dir', str(tmp_path / 'test'), '--cfg-options', f'custom_hooks.0.test={cache}', '--sets', *sets]
        command('test', config, str(tmp_path / 'work' / 'epoch_1.pth'), *options)

    test('whole')
    with pytest.raises(ValueError, match=r'data\.images, data\.items differ'):
        test('whole', 'part')
    with pytest.raises(ValueError, match='BlockOcclusion changes the faces of the test split'):
        test('whole', 'covered')


def test_stopped_and_resumed_is_the_same_as_in_one_go(command: Callable, config: str, tmp_path: Path) -> None:
    cache = tmp_path / 'cache'
    command('prepare', 'cache-features', config, '--out', str(cache), '--device', 'cpu')
    two_epochs = 'train_cfg.max_epochs=2'
    whole = train(config, tmp_path / 'whole', cache, two_epochs).model.state_dict()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FeatureCacheHook, 'after_train_iter', lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM))
        with pytest.raises(SystemExit):
            train(config, tmp_path / 'stopped', cache, two_epochs)
    resume = ['resume=True', f'load_from={tmp_path / "stopped" / "progress.pth"}']
    resumed = train(config, tmp_path / 'stopped', cache, two_epochs, *resume)
    assert resumed.iter == 4
    assert [name for name, value in resumed.model.state_dict().items() if not torch.equal(value, whole[name])] == []


@pytest.mark.parametrize('case', [CASES['latent_fer']])
def test_flagged_patches_are_in_no_cache(command: Callable, config: str, tmp_path: Path) -> None:
    command('prepare', 'cache-features', config, '--out', str(tmp_path / 'cache'), '--device', 'cpu')
    model = train(config, tmp_path / 'work', tmp_path / 'cache').model.eval()
    sample = FaceSample(metainfo=dict(sample_idx=0, img_path='a/0.png', flip=False))
    assert model(torch.zeros(1, 3, 32, 32), [sample]).shape == (1, 3)
    sample.pred_occlusion = torch.zeros(4, 4, dtype=torch.bool)
    with pytest.raises(ValueError, match=r'a/0\.png has pred_occlusion, which changes what LatentFER computes'):
        model(torch.zeros(1, 3, 32, 32), [sample])
