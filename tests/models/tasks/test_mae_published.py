"""The published masked autoencoder, through the converter: it computes what the published code computes (frozen numbers)."""

import importlib.util
import json
from argparse import Namespace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import ofer
from ofer import compat
from ofer.cli import convert
from ofer.models.layers.patches import sincos_positions

ROOT = Path(__file__).resolve().parents[3]
TOLERANCE = 1e-4


def load_script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem + '_script', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope='module')
def frozen(shared: Path) -> dict[str, Tensor]:
    path = shared / 'fixtures' / 'mae_vit_base_patch16.io.npz'
    if not path.is_file():
        pytest.skip(f'{path} is missing: frozen numbers of the published masked autoencoder')
    with np.load(path) as content:
        return {key: torch.from_numpy(content[key]) for key in content.files}


@pytest.fixture(scope='module')
def mae(shared: Path, frozen: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> nn.Module:
    folder = tmp_path_factory.mktemp('mae')
    spec = json.loads((shared / 'fixtures' / 'mae_vit_base_patch16.keys.json').read_text())
    state = load_script(shared / 'fixtures' / 'make_checkpoint.py').state_dict(spec['keys'])
    for name, dims in (('pos_embed', 768), ('decoder_pos_embed', 512)):  # fixed tables in the published files
        state[name] = sincos_positions(14, dims)
    torch.save(dict(model=state), folder / 'published.pth')
    arguments = Namespace(kind='mae', src=folder / 'published.pth', dst=folder / 'converted.pth', labels=None, norm_pix=True)
    assert convert.main(arguments) == 0
    (folder / 'published.pth').unlink()
    model = ofer.get_model(compat.load_checkpoint(folder / 'converted.pth')['meta'], folder / 'converted.pth')
    (folder / 'converted.pth').unlink()  # half a gigabyte
    return model


def test_position_table(frozen: dict[str, Tensor]) -> None:
    assert (sincos_positions(14, 768)[0, :20] - frozen['sincos_sample']).abs().max() < 1e-5


def test_latents_and_patches(mae: nn.Module, frozen: dict[str, Tensor]) -> None:
    assert mae.norm_pix
    images = torch.from_numpy(np.random.RandomState(5).rand(2, 3, 224, 224).astype(np.float32) * 4 - 2)
    order = torch.from_numpy(np.random.RandomState(6).rand(2, 196)).argsort(1)  # in which the published code keeps the visible patches
    mask = frozen['mask'].bool()
    assert not mask.gather(1, order[:, :147]).any()
    with torch.no_grad():
        tokens = mae.encoder(images, mask)
        patches = mae.predict_patches(images, mask)
    first = tokens[:, 1:].gather(1, order[:, :19, None].expand(-1, -1, 768))
    assert (torch.cat([tokens[:, :1], first], 1) - frozen['latents_first']).abs().max() < TOLERANCE
    assert (patches[:, ::4] - frozen['pred']).abs().max() < TOLERANCE
