"""From the tool to a training that reads what it wrote."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest
import torch
from mmengine.runner import Runner

from ofer.engine.config import read_config
from ofer.engine.feature_cache import FeatureCache
from ofer.models.priors.frozen_prior import FrozenPrior
from ofer.registry import MODELS

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = """
_base_ = '{base}'
model = dict(
    type='ORSANet',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[63.0] * 3, to_rgb=False, num_classes=3),
    backbone=dict(type='IRNet', arch=dict(stem=4, units=(1, 1), channels=(4, 8)), input_size=16),
    tokens=dict(type='GridTokens', in_channels=8, in_size=4, grid=2, embed_dims=16),
    landmark_prior=dict(
        type='LandmarkPrior', network=dict(type='MobileFaceNet'), input_format=dict(size=32), checkpoint='{folder}/landmarks.pth'
    ),
    interaction=dict(type='MCM', size=1, embed_dims=16, landmark_channels=512, grid=2, num_heads=2),
    head=dict(type='GatedLinearHead', num_classes=3, in_channels=16, loss=dict(type='CrossEntropyLoss')),
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
optim_wrapper = dict(type='SAMOptimWrapper', optimizer=dict(type='SGD', lr=0.05))
train_cfg = dict(by_epoch=True, max_epochs=1)
default_hooks = dict(logger=dict(interval=1), checkpoint=dict(save_best=None))
"""


@pytest.fixture(scope='module')
def tool(load_tool: Callable[[str], ModuleType]) -> ModuleType:
    return load_tool('prepare/cache_features')


def landmark_weights() -> dict[str, torch.Tensor]:
    """Random, with batch statistics that fit them: else all images have the same features, and no mistake would show."""
    network = MODELS.build(dict(type='MobileFaceNet'))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    network.train().features(torch.rand(32, 3, 32, 32))
    return network.state_dict()


@pytest.fixture
def config(tmp_path: Path) -> str:
    rng = np.random.default_rng(0)
    for name in 'abc':
        (tmp_path / 'data' / 'train' / name).mkdir(parents=True)
        for index in range(4):
            cv2.imwrite(str(tmp_path / 'data' / 'train' / name / f'{index}.png'), rng.integers(0, 255, (32, 32, 3), dtype=np.uint8))
    torch.save(landmark_weights(), tmp_path / 'landmarks.pth')
    (tmp_path / 'cached.py').write_text(CONFIG.format(base=ROOT / 'configs' / '_base_' / 'runtime.py', folder=tmp_path))
    return str(tmp_path / 'cached.py')


def train(config: str, work_dir: Path, cache: Path | None, *options: str) -> Runner:
    settings = read_config(config, options)
    settings.work_dir = str(work_dir)
    settings.custom_hooks = [dict(type='FeatureCacheHook', train=str(cache))] if cache else []
    runner = Runner.from_cfg(settings)
    runner.train()
    return runner


def test_training_from_the_cache_is_the_same_within_half_precision(tool: ModuleType, config: str, tmp_path: Path) -> None:
    cache = tmp_path / 'cache'
    tool.main(tool.parse_args([config, '--out', str(cache), '--device', 'cpu']))
    computed, read = (train(config, tmp_path / name, folder) for name, folder in (('computed', None), ('read', cache)))
    for name, value in computed.model.state_dict().items():
        torch.testing.assert_close(read.model.state_dict()[name], value, rtol=2e-3, atol=2e-4, msg=name)
    losses = [runner.message_hub.get_scalar('train/loss').data[0].tolist() for runner in (computed, read)]
    assert len(losses[0]) == 2
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_the_cache_has_each_image_and_its_mirror_image(tool: ModuleType, config: str, tmp_path: Path) -> None:
    tool.main(tool.parse_args([config, '--out', str(tmp_path / 'cache'), '--device', 'cpu']))
    model = MODELS.build(read_config(config).model).eval()
    model.init_weights()
    header = json.loads((tmp_path / 'cache' / 'key.json').read_text())
    cache = FeatureCache.open(tmp_path / 'cache', header['key'])
    images = [cv2.imread(str(path))[..., ::-1] for path in sorted((tmp_path / 'data').rglob('*.png'))]
    for mirrored in (False, True):
        seen = [image[:, ::-1] if mirrored else image for image in images]
        batch = {'inputs': [torch.from_numpy(image.transpose(2, 0, 1).copy()) for image in seen]}
        expected = model.precompute(model.data_preprocessor(batch)['inputs'])['priors']['landmarks']
        other = cache.read(range(12), [not mirrored] * 12)['priors.landmarks']
        torch.testing.assert_close(cache.read(range(12), [mirrored] * 12)['priors.landmarks'], expected, rtol=2e-3, atol=1e-3)
        assert not torch.allclose(other, expected, rtol=2e-3, atol=1e-3)


@pytest.mark.parametrize('prob', [0.0, 1.0])
def test_mirrored_images_get_mirrored_features(
    tool: ModuleType, config: str, tmp_path: Path, prob: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool.main(tool.parse_args([config, '--out', str(tmp_path / 'cache'), '--device', 'cpu']))
    asked: list[bool] = []
    read = FeatureCache.read

    def spy(cache: FeatureCache, items: list[int], mirrored: list[bool]) -> dict[str, torch.Tensor]:
        asked.extend(mirrored)
        return read(cache, items, mirrored)

    monkeypatch.setattr(FeatureCache, 'read', spy)
    train(config, tmp_path / 'work', tmp_path / 'cache', f'train_dataloader.dataset.pipeline.1.prob={prob}')
    assert asked == [prob == 1.0] * 12


def test_the_prior_does_not_run(tool: ModuleType, config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool.main(tool.parse_args([config, '--out', str(tmp_path / 'cache'), '--device', 'cpu']))

    def forward(*_: object) -> None:
        raise AssertionError('computed')

    monkeypatch.setattr(FrozenPrior, 'forward', forward)
    train(config, tmp_path / 'work', tmp_path / 'cache')
    with pytest.raises(AssertionError, match='computed'):
        train(config, tmp_path / 'work', None)


def test_other_weights_input_and_images_are_refused(tool: ModuleType, config: str, tmp_path: Path) -> None:
    cache = tmp_path / 'cache'
    tool.main(tool.parse_args([config, '--out', str(cache), '--device', 'cpu']))
    with pytest.raises(ValueError, match=r'networks\.landmark_prior\.config\.input_format\.size differ'):
        train(config, tmp_path / 'work', cache, 'model.landmark_prior.input_format.size=33')
    torch.save(landmark_weights(), tmp_path / 'landmarks.pth')
    with pytest.raises(ValueError, match=r'networks\.landmark_prior\.weights differ'):
        train(config, tmp_path / 'work', cache)
    (tmp_path / 'data' / 'train' / 'a' / '0.png').rename(tmp_path / 'data' / 'train' / 'a' / 'new.png')
    with pytest.raises(ValueError, match=r'data\.images, networks\.landmark_prior\.weights differ'):
        train(config, tmp_path / 'work', cache)
