"""Whatever goes wrong is one message, with what the user can do."""

import errno
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.evaluator import BaseMetric, Evaluator
from torch import nn
from torch.utils.data import DataLoader

from ofer.messages import message_for_user
from ofer.registry import MODELS


def message_of(call: Callable) -> str:
    try:
        call()
    except Exception as error:
        return message_for_user(error)
    raise AssertionError('nothing was raised')


def raising(error: Exception) -> Callable:
    def call() -> None:
        raise error

    return call


@pytest.mark.parametrize(
    ('error', 'expected'),
    [
        (OSError(errno.ENOSPC, 'No space left on device', 'w/epoch_1.pth'), 'w/epoch_1.pth: the disk is full. Free some space'),
        (OSError(errno.ENOSPC, 'w: needs 2 GB.'), 'w: needs 2 GB.'),
        (OSError(errno.ENOSPC, 'No space left on device'), 'the disk is full. Free some space'),
        (OSError(errno.EROFS, 'Read-only file system', '/mnt/w'), '/mnt/w: the file system is read-only. Choose another place.'),
        (PermissionError(errno.EACCES, 'Permission denied', '/root/w'), '/root/w: permission denied. Choose another place'),
        (NotADirectoryError(errno.ENOTDIR, 'Not a directory', 'a.py/w'), 'a.py/w: a part of this path is a file'),
        (torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 2 GiB'), 'out of memory (CUDA out of memory). Set a smaller'),
        (MemoryError(), 'out of memory. Set smaller batches or fewer workers'),
        (KeyError('x'), 'KeyError: x. Call the command again with --debug for the traceback.'),
        (RecursionError('maximum recursion depth exceeded'), 'RecursionError: maximum recursion depth exceeded.'),
        (RuntimeError(''), 'RuntimeError. Call the command again'),
    ],
)
def test_errors_of_others(error: Exception, expected: str) -> None:
    assert message_of(raising(error)).startswith(expected)


def test_sizes_that_do_not_fit_name_the_module(tmp_path: Path) -> None:
    (tmp_path / 'tiny.py').write_text('x = 1', encoding='utf-8')
    config = Config.fromfile(tmp_path / 'tiny.py')
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 1))

    def train() -> None:
        assert config is not None  # a command has it at hand
        model(torch.zeros(1, 2))

    message = message_of(train)
    assert 'tiny.py: model.1 (Linear): RuntimeError: ' in message
    assert 'do not fit together' in message


def test_a_component_that_cannot_be_built_is_named_by_its_key(tmp_path: Path) -> None:
    (tmp_path / 'tiny.py').write_text("model = dict(backbone=dict(type='ResNet', depth=17))", encoding='utf-8')
    config = Config.fromfile(tmp_path / 'tiny.py')
    message = message_of(lambda: MODELS.build(config.model.backbone))
    assert 'tiny.py: model.backbone (ResNet): KeyError: invalid depth 17' in message


@pytest.mark.parametrize('workers', [0, 1])
def test_images_of_different_sizes_need_a_resize(workers: int) -> None:
    images = [torch.zeros(3, 4, 5), torch.zeros(3, 4, 4)]
    message = message_of(lambda: next(iter(DataLoader(images, batch_size=2, num_workers=workers))))
    assert message.startswith('the images of a batch differ in size')
    assert "Add dict(type='Resize'" in message
    assert ('[3, 4, 5] and [3, 4, 4]' in message) == (workers == 0)
    assert 'differ in size' not in message_of(lambda: torch.stack(images))


@pytest.mark.parametrize('prefix', [None, 'mine'])
def test_a_metric_that_returns_no_dict_is_named(prefix: str | None) -> None:
    class Fixed(BaseMetric):
        def process(self, data_batch: object, data_samples: Sequence[dict]) -> None:
            self.results.append(0)

        def compute_metrics(self, results: list) -> int:
            return 5

    evaluator = Evaluator([Fixed(prefix=prefix)])
    evaluator.process([])
    assert message_of(lambda: evaluator.evaluate(1)).startswith('Fixed.compute_metrics returns int, expected a dict')


def test_an_interruption_is_no_traceback() -> None:
    code = 'from ofer.engine.processes.launch import run\ndef main(): raise KeyboardInterrupt\nrun(main)'
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stderr.strip().endswith('error: interrupted')
    assert 'Traceback' not in done.stderr
