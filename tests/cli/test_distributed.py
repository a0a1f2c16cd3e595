"""Several processes, over gloo, against one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from ofer.compat import load_checkpoint

ROOT = Path(__file__).resolve().parent.parent.parent

# Without batch statistics, which each process would take of its own images.
PARTS = """
from torch import nn
from ofer.registry import MODELS

@MODELS.register_module()
class Columns(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 5, 5)

    def forward(self, x):
        return (self.conv(x).relu().mean((2, 3)),)
"""
CONFIG = """
_base_ = 'tiny.py'
custom_imports = dict(imports=['columns'])
model = dict(backbone=dict(_delete_=True, type='Columns'), neck=None, head=dict(in_channels=4))
optim_wrapper = dict(_delete_=True, optimizer=dict(type='SGD', lr=0.1, momentum=0.9))
"""


@pytest.fixture(scope='module')
def config(experiment: Path) -> str:
    (experiment / 'columns.py').write_text(PARTS)
    (experiment / 'columns_config.py').write_text(CONFIG)
    return str(experiment / 'columns_config.py')


def script(name: str, folder: Path, *arguments: str) -> None:
    path = os.pathsep.join([str(folder), str(ROOT), os.environ.get('PYTHONPATH', '')])
    environment = {**os.environ, 'PYTHON': sys.executable, 'PYTHONPATH': path}
    done = subprocess.run([str(ROOT / 'tools' / name), *arguments], capture_output=True, text=True, timeout=400, env=environment)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_two_processes_are_one_with_twice_the_batch(
    command: Callable, experiment: Path, config: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(experiment))
    one, two = experiment / 'columns_one', experiment / 'columns_two'
    script('dist_train.sh', experiment, config, '2', '--work-dir', str(two), '--seed', '3')
    command('train', config, '--work-dir', str(one), '--seed', '3', '--cfg-options', 'train_dataloader.batch_size=8')
    weights, expected = (load_checkpoint(folder / 'epoch_2.pth')['state_dict'] for folder in (two, one))
    for name, value in expected.items():
        torch.testing.assert_close(weights[name], value, rtol=1e-5, atol=1e-6)

    # 9 images and two processes: one of them is given one twice, and it counts once.
    script('dist_test.sh', experiment, config, str(two / 'epoch_2.pth'), '2', '--work-dir', str(two), '--out', str(two / 'test.json'))
    command('test', config, str(two / 'epoch_2.pth'), '--work-dir', str(one), '--out', str(one / 'test.json'))
    found, single = (json.loads((folder / 'test.json').read_text())['sets']['test'] for folder in (two, one))
    assert found == single
    assert sum(map(sum, found['confusion_matrix'])) == 9


@pytest.mark.parametrize('name', ['dist_train.sh', 'dist_test.sh', 'slurm_train.sh'])
def test_scripts_say_how_they_are_called(name: str) -> None:
    done = subprocess.run([str(ROOT / 'tools' / name), 'config.py'], capture_output=True, text=True)
    assert done.returncode == 2
    assert f'tools/{name} ' in done.stderr


def test_slurm_gets_a_process_a_gpu(tmp_path: Path) -> None:
    (tmp_path / 'srun').write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / 'srun').chmod(0o755)
    environment = {**os.environ, 'PATH': f'{tmp_path}:{os.environ["PATH"]}', 'GPUS_PER_NODE': '4'}
    command = [str(ROOT / 'tools' / 'slurm_train.sh'), 'gpu', 'ofer', 'configs/orsanet_rafdb.py', '8', '--resume']
    said = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    assert '--partition gpu --job-name ofer --gres gpu:4 --ntasks 8 --ntasks-per-node 4' in said
    assert said.rstrip().endswith('train.py configs/orsanet_rafdb.py --launcher slurm --resume')
