import os
from pathlib import Path

import pytest
import torch
from mmengine.runner.checkpoint import save_checkpoint

from ofer.engine.atomic_backend import AtomicBackend


def test_checkpoints_are_written_through_it(tmp_path: Path) -> None:
    path = tmp_path / 'new' / 'epoch_1.pth'
    save_checkpoint({'a': torch.ones(1)}, str(path), backend_args={'backend': 'atomic'})
    assert torch.load(path)['a'] == 1
    assert [file.name for file in path.parent.iterdir()] == ['epoch_1.pth']


def test_a_write_that_breaks_off_leaves_the_earlier_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / 'epoch_1.pth'
    AtomicBackend().put(b'earlier', path)

    def full(descriptor: int) -> None:
        raise OSError('no space left on device')

    monkeypatch.setattr(os, 'fsync', full)
    with pytest.raises(OSError, match='no space'):
        AtomicBackend().put(b'later', path)
    with pytest.raises(OSError, match='no space'):
        AtomicBackend().put_text('later', path)
    assert path.read_bytes() == b'earlier'
    assert len(list(tmp_path.iterdir())) == 1
