"""Files are whole or as they were, and every name is written."""

import errno
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.files.writing import has_image_writer, write_file, write_image

RED = np.full((40, 40, 3), (255, 0, 0), np.uint8)


@pytest.mark.parametrize('name', [b'bad\xff.jpg', b'new/deep/a.PNG', b'a.jfif', b'a.tiff', b'a.webp'])
def test_images_of_any_name(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    write_image(path, RED)
    read = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert np.abs(read.astype(int) - RED).max() <= 2
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize('name', [b'a.tga', b'a', b'a.\xff', b'a.jp2', b'a.pbm', b'a.exr'])
def test_formats_that_cannot_be_written(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    assert not has_image_writer(path.name)
    with pytest.raises(OSError, match=r'/a.*: no picture format that can be written. Give a name that ends in \.png or \.jpg\.'):
        write_image(path, RED)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_file_and_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(tmp_path / 'a', b'old')

    def full(path: Path, content: bytes) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, 'write_bytes', full)
    with pytest.raises(OSError, match=r"No space left on device: '.*/a'$"):
        write_file(tmp_path / 'a', b'new')
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [('a', b'old')]


def test_a_folder_of_the_name_is_named(tmp_path: Path) -> None:
    (tmp_path / 'a.png').mkdir()
    with pytest.raises(IsADirectoryError, match=r"'.*/a\.png'$"):
        write_image(tmp_path / 'a.png', RED)
