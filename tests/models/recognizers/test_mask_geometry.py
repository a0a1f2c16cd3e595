"""Every config's own image sizes and grids, with narrow networks: what is hidden from the masked autoencoder is what was flagged."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import Tensor

from ofer.datasets.transforms import PatchHole
from ofer.masks import resize_mask
from ofer.registry import MODELS
from ofer.structures import FaceSample

ROOT = Path(__file__).resolve().parents[3]
NARROW = dict(
    embed_dims=16, in_dims=16, in_channels=16, depth=1, num_heads=2, hidden=(8,), base_channels=2, max_channels=4, checkpoint=None
)
TRAINED_WITH = ('perceptual', 'discriminators', 'consistency', 'semantic')


OTHER = ('mae', 'svdd', 'ocsvm', 'fer', 'plan', '_base_', 'ablations')


@cache
def read() -> dict[str, Config]:
    """The configs of Latent-OFER by name, but those that are known by theirs to be something else."""
    paths = [path.relative_to(ROOT / 'configs') for path in sorted((ROOT / 'configs').rglob('*.py')) if 'latent_ofer' in str(path)]
    wanted = [path for path in paths if not set(OTHER) & {*path.parts, *path.stem.removeprefix('latent_ofer').split('_')}]
    return {path.stem: Config.fromfile(ROOT / 'configs' / path) for path in wanted}


def configs(kind: str) -> dict[str, Config]:
    return {name: config for name, config in read().items() if config.model.type == kind}


def narrow(node: Any) -> Any:
    """The same model with little in it; its image sizes and grids stay."""
    if isinstance(node, dict):
        return {key: NARROW[key] if key in NARROW else narrow(value) for key, value in node.items()}
    return [narrow(value) for value in node] if isinstance(node, list) else node


def painter(model: dict) -> dict:
    return narrow({key: value for key, value in model.items() if key not in TRAINED_WITH})


def pipeline_of(loader: Config) -> tuple[list[dict], int]:
    """The transforms, and the side of the images that come out of them, pixels."""
    dataset = loader['dataset']
    while 'pipeline' not in dataset:
        dataset = dataset['datasets'][0] if 'datasets' in dataset else dataset['dataset']
    sizes = [step['scale'] for step in dataset['pipeline'] if 'scale' in step]
    return dataset['pipeline'], sizes[-1] if sizes else dataset.get('size', 48)  # FER2013's faces have 48


def numbers(grid: int) -> list[int]:
    return [1, 16, round(0.05 * grid**2), round(0.2 * grid**2)]


def flagged(grid: int) -> Tensor:
    """``(4, grid, grid)`` bool: 1, 16, 5 % and 20 % of the patches."""
    order = torch.stack([torch.randperm(grid**2, generator=torch.Generator().manual_seed(seed)) for seed in range(4)])
    return (order < torch.tensor(numbers(grid))[:, None]).view(4, grid, grid)


def spy(module: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> list:
    """Keep what a method is called with."""
    calls, method = [], getattr(module, name)

    def kept(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        return method(*args, **kwargs)

    monkeypatch.setattr(module, name, kept)
    return calls


@pytest.fixture(autouse=True)
def _scope() -> None:
    init_default_scope('ofer')


def test_there_are_published_and_small_configs() -> None:
    assert len(configs('LatentOFER')) >= 6
    assert len(configs('HybridInpainter')) >= 5


def test_hidden_is_flagged_from_the_detector_to_the_masked_autoencoder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, config in configs('LatentOFER').items():
        torch.manual_seed(0)
        stages = deepcopy(config.model.to_dict())
        classifier = stages['classifier']['model']
        stages['detector']['model'] = narrow(stages['detector']['model'])
        stages['inpainter']['model'] = painter(stages['inpainter']['model'])
        stages['classifier'] = dict(model=dict(type='MaskedAutoencoder', encoder=dict(type='MaskedViT', img_size=16, embed_dims=16, depth=1,
            num_heads=2), decoder=dict(type='MaskedViTDecoder', grid=1, in_dims=16, embed_dims=16, depth=1, num_heads=2),
            loss=dict(type='MaskedPatchLoss'), data_preprocessor=classifier['data_preprocessor']))  # fmt: skip
        model = MODELS.build(stages).eval()
        _, size = pipeline_of(config.test_dataloader)
        images = torch.randn(4, 3, size, size)
        detector = model.detector.model
        with torch.no_grad():
            grid = detector(model.detector.input_format.convert(torch.rand(1, 3, size, size)), mode='tensor').shape[-1]
        flags = flagged(grid)
        found = [FaceSample(pred_occlusion=mask, occlusion_score=mask.float()) for mask in flags]
        monkeypatch.setattr(detector, 'forward', lambda *args, found=found, **kwargs: found)
        calls = spy(model.inpainter.model.coarse, 'reconstruct', monkeypatch)
        restored = model.restore((images / 8 + 0.5).clamp(0, 1))
        assert restored.hidden.flatten(1).sum(1).tolist() == numbers(grid), name
        assert torch.equal(restored.hidden, flags), name
        [(_, mask)] = calls
        assert torch.equal(mask, flags.flatten(1)), name
        assert torch.equal(resize_mask(restored.hole, grid, grid), flags), name
        assert torch.equal(restored.occluded, flags), name
        assert not torch.equal(restored.pixels, restored.coarse)


def test_hidden_is_the_hole_in_the_training_of_the_inpainter(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, config in configs('HybridInpainter').items():
        torch.manual_seed(0)
        model = MODELS.build(painter(config.model.to_dict())).eval()
        (pipeline, size), grid = pipeline_of(config.train_dataloader), model.coarse.encoder.grid
        augmentations = config.model.to_dict()['data_preprocessor'].get('augmentations', [])
        draw = [step for step in _steps([pipeline, augmentations]) if step.get('type') in ('PatchHole', 'BatchHole')]
        assert {step['grid'] for step in draw} == {grid}, name
        image = np.zeros((size, size, 3), np.uint8)
        wanted = [*numbers(grid), round(0.3 * grid**2)]
        holes = [PatchHole(grid=grid, number=number, seed=0)(dict(img=image, sample_idx=number))['hole'] for number in wanted]
        calls = spy(model.coarse, 'reconstruct', monkeypatch)
        model.paint_coarsely(torch.randn(len(holes), 3, size, size), torch.from_numpy(np.stack(holes)))
        [(_, mask)] = calls
        assert mask.sum(1).tolist() == wanted, name


def _steps(node: Any) -> list[dict]:
    """Every transform of a pipeline, those to choose from among them."""
    if isinstance(node, dict):
        return [node, *_steps(list(node.values()))]
    return [step for child in node for step in _steps(child)] if isinstance(node, (list, tuple)) else []
