"""What the tests of all projects use. The projects are found as if they were installed."""

import json
import logging
import os
import runpy
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')  # before torch is imported

import numpy as np
import pytest
import torch
from mmengine.model import BaseModel

import ofer
from ofer import compat, shipped
from ofer.cli.main import main

PROJECTS = Path(__file__).resolve().parent
PACKAGES = {init.parts[-3]: init.parts[-2] for init in sorted(PROJECTS.glob('*/*/__init__.py'))}


def _install() -> None:
    """Put the packages on the path, and write the metadata that pip would write."""
    site = Path(tempfile.mkdtemp(prefix='ofer_projects_'))
    for project, package in PACKAGES.items():
        info = site / f'{package}-0.dist-info'
        info.mkdir()
        (info / 'METADATA').write_text(f'Metadata-Version: 2.1\nName: {package}\nVersion: 0\n')
        (info / 'entry_points.txt').write_text(f'[{shipped.PROJECTS}]\n{project} = {package}\n')
    sys.path[:0] = [str(site), *(str(PROJECTS / project) for project in PACKAGES)]
    shipped.installed_projects.cache_clear()


_install()


@pytest.fixture(scope='session')
def shared() -> Path:
    """The folder with the frozen numbers, which is no part of the project."""
    path = Path(os.environ.get('OFER_SHARED', PROJECTS.parents[1] / 'shared'))
    if not (path / 'fixtures').is_dir():
        pytest.skip(f'{path}/fixtures is missing: frozen numbers of published networks (set OFER_SHARED to the folder above it)')
    return path


@pytest.fixture(scope='session')
def published_file(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``published_file(kind, name, labels=None)``: a file in published names, converted by the command; returns its path."""

    def convert(kind: str, name: str, labels: str | None = None) -> Path:
        folder = tmp_path_factory.mktemp(name)
        make = runpy.run_path(str(shared / 'fixtures' / 'make_checkpoint.py'))['main']
        make(str(shared / 'fixtures' / f'{name}.keys.json'), str(folder / 'published.pth'))
        _add_beside(shared / 'fixtures', name, folder / 'published.pth')
        options = ['--labels', labels] if labels else []
        main(['convert', kind, str(folder / 'published.pth'), str(folder / 'ours.pth'), *options])
        (folder / 'published.pth').unlink()
        return folder / 'ours.pth'

    return convert


def _add_beside(fixtures: Path, name: str, path: Path) -> None:
    """Add the state dicts that a published file has beside that of the network."""
    beside = json.loads((fixtures / f'{name}.keys.json').read_text()).get('beside')
    if beside:
        fill = runpy.run_path(str(fixtures / 'make_checkpoint.py'))['fill']
        parts = {part: {key: torch.from_numpy(fill(key, tuple(shape))) for key, shape in keys.items()} for part, keys in beside.items()}
        torch.save(torch.load(path) | parts, path)


@pytest.fixture
def converted(shared: Path, published_file: Callable[..., Path]) -> Callable[..., tuple[BaseModel, torch.Tensor, dict[str, torch.Tensor]]]:
    """``converted(kind, name)``: the converted network, normalised images, and the outputs of the published network, frozen."""

    def build(kind: str, name: str, images: int = 2, size: int = 224) -> tuple[BaseModel, torch.Tensor, dict[str, torch.Tensor]]:
        path = published_file(kind, name)
        model = ofer.get_model(compat.load_checkpoint(path)['meta'], path)
        shutil.rmtree(path.parent)
        with np.load(shared / 'fixtures' / f'{name}.io.npz') as arrays:
            frozen = {key: torch.from_numpy(np.asarray(arrays[key])) for key in arrays.files}
        inputs = np.random.RandomState(int(frozen['input_seed'])).rand(images, 3, size, size).astype(np.float32) * 4 - 2
        return model, torch.from_numpy(inputs), frozen

    return build


@pytest.fixture(scope='session')
def close() -> Callable[[torch.Tensor, torch.Tensor], None]:
    """``close(ours, frozen)``: equal to 1e-4 of the largest frozen value."""

    def check(ours: torch.Tensor, frozen: torch.Tensor) -> None:
        largest = float(frozen.abs().max())
        error = float((ours - frozen).abs().max()) / largest
        logging.getLogger(__name__).info('error %.1e of %.3g', error, largest)  # shown by --log-cli-level=INFO
        assert ours.shape == frozen.shape
        assert error < 1e-4, f'{error:.1e} of {largest:.3g}'

    return check
