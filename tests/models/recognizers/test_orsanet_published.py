"""The published networks, through the converter: they compute what the published code computes (frozen numbers)."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from ofer.apis.published import convert, report
from ofer.registry import MODELS

TOLERANCE = 1e-4


def published_state(shared: Path, name: str) -> dict[str, Tensor]:
    """The parameters that the frozen numbers were computed with, in published names."""
    spec = importlib.util.spec_from_file_location('make_checkpoint', shared / 'fixtures' / 'make_checkpoint.py')
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    return maker.state_dict(json.loads((shared / 'fixtures' / f'{name}.keys.json').read_text())['keys'])


def frozen(shared: Path, name: str) -> dict[str, Tensor]:
    with np.load(shared / 'fixtures' / f'{name}.io.npz') as content:
        return {key: torch.from_numpy(content[key]) for key in content.files}


def image(seed: int, count: int) -> Tensor:
    return torch.from_numpy(np.random.RandomState(seed).rand(count, 3, 224, 224).astype(np.float32) * 4 - 2)


def relative(out: Tensor, expected: Tensor) -> float:
    """Largest difference, in units of the largest expected value."""
    assert out.shape == expected.shape
    return ((out - expected).abs().max() / expected.abs().max()).item()


def test_segface_on_lapa(shared: Path) -> None:
    published = published_state(shared, 'segface_lapa_swin_base')
    expected = frozen(shared, 'segface_lapa_swin_base')
    result = convert('segface', published)
    assert result.complete
    network = MODELS.build(result.model).eval()
    network.load_state_dict(result.state_dict)
    x = image(3, 1)
    with torch.no_grad():
        features = network.features(x)
        logits = network.maps(features, (224, 224))
    assert relative(features[-1], expected['features']) < TOLERANCE
    assert (logits[:, :, ::4, ::4] - expected['logits_stride4']).abs().max() < TOLERANCE


@pytest.fixture(scope='module')
def orsanet(shared: Path) -> tuple[torch.nn.Module, dict[str, Tensor], str]:
    """The converted model, the frozen numbers, the converter's report."""
    published = published_state(shared, 'orsanet_large_7cls')
    result = convert('orsanet', published, labels='rafdb')
    assert result.complete
    model = MODELS.build(result.model).eval()
    model.load_state_dict(result.state_dict)
    return model, frozen(shared, 'orsanet_large_7cls'), report(result, published)


def test_orsanet_step_by_step(orsanet: tuple[torch.nn.Module, dict[str, Tensor], str]) -> None:
    model, expected, _ = orsanet
    x = image(0, 2)
    with torch.no_grad():
        priors = model.precompute(x)['priors']
        fused = model.extract_feat(x, priors)
        out = dict(
            segmentation_features=priors['semantics'],
            landmark_features=priors['landmarks'],
            backbone_features=model.backbone(x)[-1],
            ssgm=model.image_features(x, priors),
            mcm=fused[-1],
            embedding=model.head.pre_logits(fused),
            logits=model.head(fused),
        )
        landmarks = model.landmark_prior.predict(model.pixels(x)).flatten(1)
    for name, value in out.items():
        assert relative(value, expected[name]) < TOLERANCE, name
    assert (out['logits'] - expected['logits']).abs().max() < TOLERANCE
    assert (out['embedding'] - expected['embedding']).abs().max() < TOLERANCE
    assert relative(landmarks, expected['landmarks']) < TOLERANCE


def test_sizes_and_the_dead_parameters(orsanet: tuple[torch.nn.Module, dict[str, Tensor], str]) -> None:
    model, _, text = orsanet
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert trainable / 1e6 == pytest.approx(47.4, abs=0.05)
    embedding_layer, class_token = 2 * 512 + (25088 * 512 + 512) + 2 * 512, 512
    assert (trainable + embedding_layer + class_token) / 1e6 == pytest.approx(60.290, abs=0.001)  # what the published code optimises
    assert '12.850 M' in text
