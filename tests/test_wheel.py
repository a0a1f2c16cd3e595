"""The configs travel in the wheel, and are found there by name, as bases, and by the plans."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = """
from pathlib import Path
import ofer
from ofer.engine.config import read_config
from ofer.engine.stages import read_stages
from ofer.shipped import config_folder, find_config, plan_files

assert config_folder().name == '_configs', config_folder()
names = ofer.list_models()
assert len(names) == int(Path('count').read_text()), names
assert find_config('latent_ofer_svdd_kdef').is_relative_to(config_folder())
Path('mine.py').write_text("_base_ = 'ofer::orsanet_rafdb.py'\\ndata_root = 'here'\\n")
config = read_config('mine.py')
assert config.model.type == 'ORSANet'
assert config.test_dataloader.dataset.data_root == 'here'
assert config.default_hooks.checkpoint.type == 'SafeCheckpointHook'
[plan] = [path for path in plan_files() if path.stem == 'plan_synthetic']
assert read_stages(plan, Path())['fer'].needs == ('mae',)
"""


@pytest.mark.slow
def test_a_wheel_finds_its_configs(tmp_path: Path) -> None:
    source = tmp_path / 'source'  # setuptools writes its build folder beside setup.py
    for folder in ('ofer', 'configs'):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns('__pycache__'))
    for name in ('setup.py', 'pyproject.toml', 'MANIFEST.in', 'README.md', 'CHANGELOG.md', 'LICENSE'):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, '-m', 'pip', 'wheel', '--no-deps', '--no-build-isolation', '-q', '-w', str(tmp_path), str(source)]
    subprocess.run(command, check=True)
    [wheel] = tmp_path.glob('*.whl')
    with zipfile.ZipFile(wheel) as content:
        content.extractall(tmp_path / 'site')
    configs = [path for path in (ROOT / 'configs').rglob('*.py') if '_base_' not in path.parts and not path.stem.startswith('plan_')]
    (tmp_path / 'elsewhere').mkdir()
    (tmp_path / 'elsewhere' / 'count').write_text(str(len(configs)))
    code = f'import sys; sys.path.insert(0, {str(tmp_path / "site")!r})\n{CODE}'
    subprocess.run([sys.executable, '-c', code], check=True, cwd=tmp_path / 'elsewhere', env={'OMP_NUM_THREADS': '1'})
