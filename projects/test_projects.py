"""What holds for every project: it is found by its entry point, and its smallest experiment is trained and tested by the commands."""

import os
import re
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest
import torch

import ofer
from ofer import shipped
from ofer.apis.exports import export_model
from ofer.cli.main import main
from ofer.engine.config import read_config

PROJECTS = Path(__file__).resolve().parent
NAMES = sorted(path.parent.name for path in PROJECTS.glob('*/setup.py'))
CONFIGS = {
    name: sorted(path.stem for path in (PROJECTS / name / 'configs').glob('*.py') if not path.stem.startswith(shipped.PLAN))
    for name in NAMES
}
SMALL = [name for names in CONFIGS.values() for name in names if name.endswith(('_synthetic', '_generated', '_digits'))]
FEW = [
    *(f'train_dataloader.{key}' for key in ('dataset.indices=8', 'batch_size=4', 'num_workers=0', 'persistent_workers=False')),
    *(f'{part}_dataloader.{key}' for part in ('val', 'test') for key in ('dataset.indices=4', 'batch_size=4', 'num_workers=0')),
    *('train_cfg.max_epochs=1', 'train_cfg.val_interval=1'),
]
"""Two steps of four faces, and four faces to test."""

every_project = pytest.mark.parametrize('name', NAMES)


@every_project
def test_is_found_as_long_as_it_is_installed(name: str) -> None:
    assert name in shipped.installed_projects()
    assert CONFIGS[name]
    assert set(CONFIGS[name]) <= set(ofer.list_models())


@every_project
def test_its_readme_names_each_config(name: str) -> None:
    text = (PROJECTS / name / 'README.md').read_text(encoding='utf-8')
    assert [config for config in CONFIGS[name] if config not in re.findall(r'\w+', text)] == []


@pytest.mark.parametrize('config', SMALL)
def test_trains_two_steps_and_is_tested(config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for teacher in _teachers(config):
        main(['train', teacher, '--work-dir', 'teacher', '--cfg-options', *FEW])
        _keep(tmp_path, teacher)
    main(['train', config, '--work-dir', str(tmp_path), '--cfg-options', *FEW])
    main(['test', config, str(tmp_path / 'epoch_1.pth'), '--cfg-options', *FEW, '--out', str(tmp_path / 'result.json')])
    assert (tmp_path / 'result.json').is_file()


@pytest.mark.parametrize('config', [name for name in SMALL if not name.endswith('_generated')])  # those are of pixels, not of images
def test_is_exported(config: str, tmp_path: Path) -> None:
    """To a file for any number of images, which answers as the network does."""
    model = ofer.get_model(config)
    weights = tmp_path / f'{config}.pth'
    classes = tuple(f'class {i}' for i in range(len(model.head.fc.weight) if hasattr(model.head, 'fc') else 7))
    torch.save(dict(state_dict=model.state_dict(), meta=dict(dataset_meta=dict(classes=classes))), weights)
    description = export_model(config, weights, out=tmp_path / f'{config}.onnx')
    assert description.outputs[0] == 'probabilities'
    assert description.difference is not None
    assert description.difference < 1e-3


@pytest.mark.slow
@every_project
def test_alone_in_a_fresh_environment(name: str, tmp_path: Path) -> None:
    """Beside the installed library it is found, trained, tested, and removed again without a trace."""
    venv.create(tmp_path / 'env', with_pip=True)
    python = str(tmp_path / 'env' / 'bin' / 'python')
    site = Path(subprocess.run([python, '-c', 'import site; print(site.getsitepackages()[0])'], **_TEXT).stdout.strip())
    (site / 'library.pth').write_text(f'{PROJECTS.parent}\n{sysconfig.get_path("purelib")}\n')
    before = _files(site)
    source = tmp_path / 'source'  # setuptools writes its build folder beside setup.py
    shutil.copytree(PROJECTS / name, source, ignore=shutil.ignore_patterns('__pycache__', '*.egg-info', 'build'))
    pip = [python, '-m', 'pip', '--disable-pip-version-check', '-q']
    subprocess.run([*pip, 'install', '--no-deps', '--no-build-isolation', str(source)], **_TEXT)
    shutil.rmtree(source)
    small = next(config for config in CONFIGS[name] if config in SMALL)
    ofer_ = [python, '-m', 'ofer']
    options = ['--cfg-options', *FEW]
    models = subprocess.run([*ofer_, 'models'], cwd=tmp_path, **_TEXT).stdout
    assert set(CONFIGS[name]) <= {line.split()[0] for line in models.splitlines()}
    for teacher in _teachers(small):
        subprocess.run([*ofer_, 'train', teacher, '--work-dir', 'teacher', *options], cwd=tmp_path, **_TEXT)
        _keep(tmp_path, teacher)
    subprocess.run([*ofer_, 'train', small, '--work-dir', 'run', *options], cwd=tmp_path, **_TEXT)
    subprocess.run([*ofer_, 'test', small, 'run/epoch_1.pth', *options], cwd=tmp_path, **_TEXT)
    subprocess.run([*pip, 'uninstall', '-y', f'ofer-{name.replace("_", "-")}'], **_TEXT)
    assert _files(site) == before
    assert not set(CONFIGS[name]) & set(subprocess.run([*ofer_, 'models'], cwd=tmp_path, **_TEXT).stdout.split())


_TEXT: dict = dict(check=True, capture_output=True, text=True, env={**os.environ, 'PYTHONPATH': '', 'OMP_NUM_THREADS': '1'})


def _teachers(config: str) -> list[str]:
    """The experiments whose checkpoints a config reads: they are trained before."""
    text = read_config(shipped.find_config(config)).pretty_text
    return sorted(set(re.findall(r"checkpoint='checkpoints/(\w+)\.pth'", text)) & set(ofer.list_models()))


def _keep(folder: Path, teacher: str) -> None:
    (folder / 'checkpoints').mkdir(exist_ok=True)
    shutil.copy(folder / 'teacher' / 'epoch_1.pth', folder / 'checkpoints' / f'{teacher}.pth')


def _files(site: Path) -> set[Path]:
    return {path for path in site.rglob('*') if '__pycache__' not in path.parts}
