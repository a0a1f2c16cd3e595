import errno
import os
from pathlib import Path

import pytest
import torch
from mmengine.runner.checkpoint import save_checkpoint

from ofer.engine.checkpoints.atomic_backend import AtomicBackend


def test_checkpoints_are_written_through_it(tmp_path: Path) -> None:
    path = tmp_path / 'new' / 'epoch_1.pth'
    save_checkpoint({'a': torch.ones(1)}, str(path), backend_args={'backend': 'atomic'})
    assert torch.load(path)['a'] == 1
    assert [file.name for file in path.parent.iterdir()] == ['epoch_1.pth']


@pytest.mark.parametrize(('number', 'advised'), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EIO, False)])
def test_a_write_that_breaks_off_leaves_the_earlier_file(
    number: int, advised: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / 'epoch_1.pth'
    AtomicBackend().put(b'earlier', path)

    def broken(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, 'fsync', broken)
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        AtomicBackend().put(b'later', path)
    assert ('Free some space' in str(caught.value)) == advised
    with pytest.raises(OSError, match=os.strerror(number)):
        AtomicBackend().put_text('later', path)
    assert path.read_bytes() == b'earlier'
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / 'folder').mkdir()
    with pytest.raises(OSError, match=r'folder: could not be written: Is a directory\. What was there before is untouched\.$'):
        AtomicBackend().put(b'content', tmp_path / 'folder')
    assert [path.name for path in tmp_path.iterdir()] == ['folder']
