"""What may go wrong in a training, and what is left then."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
import torch
from mmpretrain.models.losses import CrossEntropyLoss

from ofer.compat import load_checkpoint


def assert_same(first: Path, second: Path) -> None:
    one, other = load_checkpoint(first), load_checkpoint(second)
    for name, value in one['state_dict'].items():
        assert torch.equal(other['state_dict'][name], value), name
    assert one['param_schedulers'] == other['param_schedulers']


@pytest.mark.parametrize('call', [9, 10])
def test_a_loss_that_is_not_finite_stops_before_the_batch(
    call: int, command: Callable, experiment: Path, trained: Path, fails: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = experiment / f'spoilt_{call}'
    calls = []

    def spoilt(self: CrossEntropyLoss, *args: object, **kwargs: object) -> torch.Tensor:
        calls.append(1)  # two a step, for SAM, and three steps an epoch: 9 and 10 are the second step of the second epoch
        return forward(self, *args, **kwargs) * (float('nan') if len(calls) == call else 1)

    forward = CrossEntropyLoss.forward
    arguments = ['train', str(experiment / 'tiny.py'), '--work-dir', str(folder), '--resume']
    with monkeypatch.context() as patch:
        patch.setattr(CrossEntropyLoss, 'forward', spoilt)
        message = fails(lambda: command(*arguments))
    assert 'epoch 2, iteration 5: the loss is not finite' in message
    assert message.count(str(experiment / 'data' / 'train')) == 4
    assert load_checkpoint(folder / 'progress.pth')['meta']['iter'] == 4
    command(*arguments)
    assert_same(folder / 'epoch_2.pth', trained / 'epoch_2.pth')
    assert not (folder / 'progress.pth').exists()


def test_a_full_disk_leaves_the_last_checkpoint_and_the_best(
    command: Callable, experiment: Path, trained: Path, fails: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = experiment / 'full'
    synced = os.fsync

    def full(descriptor: int) -> None:
        if (folder / 'full').exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if (folder / 'best_accuracy_epoch_1.pth').exists():
            (folder / 'full').touch()  # after this one, which notes the best in the checkpoint
        synced(descriptor)

    options = ['--work-dir', str(folder), '--resume', '--cfg-options', 'default_hooks.checkpoint.max_keep_ckpts=1']
    arguments = ['train', str(experiment / 'tiny.py'), *options]
    with monkeypatch.context() as patch:
        patch.setattr(os, 'fsync', full)
        message = fails(lambda: command(*arguments))
    assert message.startswith(f'error: {folder}/epoch_2.pth: could not be written: No space left on device.')
    assert {path.name for path in folder.glob('*.pth')} == {'epoch_1.pth', 'best_accuracy_epoch_1.pth'}
    command(*arguments)
    assert_same(folder / 'epoch_2.pth', trained / 'epoch_2.pth')
    assert not (folder / 'epoch_1.pth').exists()


def test_a_damaged_checkpoint_is_passed_over(command: Callable, experiment: Path, trained: Path) -> None:
    folder = experiment / 'damaged'
    arguments = ['train', str(experiment / 'tiny.py'), '--work-dir', str(folder), '--resume']
    command(*arguments)
    last = folder / 'epoch_2.pth'
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 1
    last.write_bytes(content)
    command(*arguments)
    assert_same(last, trained / 'epoch_2.pth')


@pytest.mark.parametrize('workers', [0, 1])
def test_damaged_images_are_skipped_and_counted(workers: int, command: Callable, experiment: Path) -> None:
    image = experiment / 'data' / 'train' / 'b' / '2.png'
    content = image.read_bytes()
    folder = experiment / f'skipped_{workers}'
    options = [f'train_dataloader.num_workers={workers}', 'train_dataloader.dataset.damaged=skip', 'train_cfg.max_epochs=1']
    try:
        image.write_bytes(content[:100])
        command('train', str(experiment / 'tiny.py'), '--work-dir', str(folder), '--cfg-options', *options)
    finally:
        image.write_bytes(content)
    [log] = folder.glob('*/*.log')
    assert f'1 damaged images were skipped in this epoch, others shown in their place: {image}' in log.read_text()
    assert cv2.imread(str(image)) is not None
