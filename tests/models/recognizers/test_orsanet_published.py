"""The published networks, through the converter and ``get_model``: they compute what the published code computes (frozen numbers)."""

import importlib.util
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import ofer
from ofer.cli import convert

ROOT = Path(__file__).resolve().parents[3]
TOLERANCE = 1e-4


def load_script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem + '_script', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def converted(shared: Path, kind: str, name: str, folder: Path, labels: str | None = None) -> Path:
    """Write the file that the frozen numbers were computed with, in its published form, and convert it."""
    fixtures = shared / 'fixtures'
    load_script(fixtures / 'make_checkpoint.py').main(str(fixtures / f'{name}.keys.json'), str(folder / 'published.pth'))
    arguments = Namespace(kind=kind, src=folder / 'published.pth', dst=folder / 'converted.pth', labels=labels, norm_pix=False)
    assert convert.main(arguments) == 0
    (folder / 'published.pth').unlink()
    return folder / 'converted.pth'


def frozen(shared: Path, name: str) -> dict[str, Tensor]:
    with np.load(shared / 'fixtures' / f'{name}.io.npz') as content:
        return {key: torch.from_numpy(content[key]) for key in content.files}


def image(seed: int, count: int) -> Tensor:
    return torch.from_numpy(np.random.RandomState(seed).rand(count, 3, 224, 224).astype(np.float32) * 4 - 2)


def relative(out: Tensor, expected: Tensor) -> float:
    """Largest difference, in units of the largest expected value."""
    assert out.shape == expected.shape
    return ((out - expected).abs().max() / expected.abs().max()).item()


def test_segface_on_lapa(shared: Path, tmp_path: Path) -> None:
    weights = converted(shared, 'segface', 'segface_lapa_swin_base', tmp_path)
    expected = frozen(shared, 'segface_lapa_swin_base')
    network = ofer.get_model(dict(model=dict(type='SegFace', encoder='swin_base')), weights)
    x = image(3, 1)
    with torch.no_grad():
        features = network.features(x)
        logits = network.maps(features, (224, 224))
    assert relative(features[-1], expected['features']) < TOLERANCE
    assert (logits[:, :, ::4, ::4] - expected['logits_stride4']).abs().max() < TOLERANCE


@pytest.fixture(scope='module')
def weights(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = converted(shared, 'orsanet', 'orsanet_large_7cls', tmp_path_factory.mktemp('orsanet'), labels='rafdb')
    yield path
    path.unlink()  # half a gigabyte


@pytest.fixture(scope='module')
def orsanet(weights: Path) -> nn.Module:
    return ofer.get_model('orsanet_rafdb_published', weights)


def test_orsanet_step_by_step(orsanet: nn.Module, shared: Path) -> None:
    model, expected = orsanet, frozen(shared, 'orsanet_large_7cls')
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


def test_get_model_gives_the_frozen_logits(orsanet: nn.Module, shared: Path) -> None:
    assert orsanet.classes == ('surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral')
    assert not orsanet.training
    with torch.no_grad():
        logits = orsanet(image(0, 2), mode='tensor')
    assert (logits - frozen(shared, 'orsanet_large_7cls')['logits']).abs().max() < TOLERANCE


def test_number_of_trainable_parameters(orsanet: nn.Module) -> None:
    trainable = sum(p.numel() for p in orsanet.parameters() if p.requires_grad)
    assert trainable / 1e6 == pytest.approx(47.4, abs=0.05)
    embedding_layer, class_token = 2 * 512 + (25088 * 512 + 512) + 2 * 512, 512
    assert (trainable + embedding_layer + class_token) / 1e6 == pytest.approx(60.290, abs=0.001)  # what the published code optimises
