"""The published recognition network of Latent-OFER, through the converter: its CNN branch computes what the published code computes."""

import importlib.util
import json
from argparse import Namespace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope
from torchvision.models import resnet18

import ofer
from ofer import compat
from ofer.cli.convert import main as convert_file
from ofer.convert.published import convert as convert_state
from ofer.convert.renaming import report
from ofer.registry import MODELS

ROOT = Path(__file__).resolve().parents[3]
NAME = 'latent_ofer_cnn_branch'
TOLERANCE = 1e-4
EMBED = dict(
    hh_layer=(10000, 39936), hh_layer2=(5000, 10000), hh_batch1=(5000,), hh_layer3=(1024, 5000), hh_layer4=(256, 1024), batch_norm1=(256,)
)
HEAD = dict(fc=(256, 768), fc2=(128, 256), batch_norm=(128,), fc4=(7, 128), bn=(7,))


def load_script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem + '_script', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope='module')
def fixtures(shared: Path) -> Path:
    path = shared / 'fixtures'
    if not (path / f'{NAME}.io.npz').is_file():
        pytest.skip(f'{path / NAME}.io.npz is missing: frozen numbers of the published network')
    return path


def convert(kind: str, content: dict, folder: Path) -> Path:
    torch.save(content, folder / 'published.pth')
    arguments = Namespace(kind=kind, src=folder / 'published.pth', dst=folder / 'converted.pth', labels=None, norm_pix=False)
    assert convert_file(arguments) == 0
    return folder / 'converted.pth'


def keys(fixtures: Path) -> dict[str, list[int]]:
    return json.loads((fixtures / f'{NAME}.keys.json').read_text())['keys']


def test_the_cnn_branch_step_by_step(fixtures: Path, tmp_path: Path) -> None:
    state = load_script(fixtures / 'make_checkpoint.py').state_dict(keys(fixtures))
    weights = convert('latent_ofer', dict(iter=3, model_state_dict=state), tmp_path)
    model = ofer.get_model(compat.load_checkpoint(weights)['meta'], weights)
    with np.load(fixtures / f'{NAME}.io.npz') as content:
        expected = {name: torch.from_numpy(content[name]) for name in ('features', 'heads', 'fused')}
    images = torch.from_numpy(np.random.RandomState(7).rand(2, 3, 224, 224).astype(np.float32) * 4 - 2)
    with torch.no_grad():
        features = model.backbone(images)[-1]
        heads, _ = model.neck.attend(features)
        out = dict(features=features, heads=heads, fused=model(images, mode='tensor')[-1])
    for name, value in out.items():
        assert value.shape == expected[name].shape
        assert (value - expected[name]).abs().max() / expected[name].abs().max() < TOLERANCE, name


def test_the_face_recogniser_starts_the_backbone(tmp_path: Path) -> None:
    published = resnet18().state_dict()
    weights = convert('msceleb_resnet18', dict(epoch=1, state_dict=published), tmp_path)
    content = compat.load_checkpoint(weights)
    assert {name for name in published if not name.startswith('fc.')} == set(content['state_dict'])
    network = dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint=str(weights)))
    with DefaultScope.overwrite_default_scope('ofer'):
        backbone = MODELS.build(network)
        backbone.init_weights()
    assert torch.equal(backbone.layer4[1].conv2.weight, published['layer4.1.conv2.weight'])
    assert torch.equal(backbone.bn1.running_var, published['bn1.running_var'])


def test_the_whole_network_is_accounted_for(fixtures: Path, box_without_memory: None) -> None:
    whole = {name: torch.empty(shape, device='meta') for name, shape in (keys(fixtures) | linear(EMBED) | linear(HEAD)).items()}
    result = convert_state('latent_ofer', whole)
    assert result.complete, report(result, whole)
    assert not result.dropped
    assert result.model['type'] == 'LatentFER'
    assert result.model['head']['num_classes'] == 7
    assert result.mapped['hh_batch1.running_var'] == 'embed.layers.2.running_var'


def linear(layers: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Parameters of linear layers, ``(out, in)``, and of BatchNorms, ``(channels,)``."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name, sizes in layers.items():
        shapes |= {f'{name}.weight': sizes, f'{name}.bias': sizes[:1]}
        if len(sizes) == 1:
            shapes |= {f'{name}.running_mean': sizes, f'{name}.running_var': sizes, f'{name}.num_batches_tracked': ()}
    return shapes
