"""Broken copies of every data set: each is refused with one message, or read with the labels of the intact copy."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ofer.datasets import FaceFolder, FERDataset
from ofer.datasets.verification import dataset_class
from tests.datasets.test_verification import SETS, write
from tests.fuzz.breaking import broken_bytes, broken_text
from tests.fuzz.conftest import SEED

TEXTS = ('.txt', '.csv')
CHANGED = 1
"""Images whose label may be another one, since one digit of a list is another."""


def break_one(root: Path, dice: random.Random) -> Callable[[], None]:
    """Damage, remove or rename a file, a list rather than an image; returns what undoes it."""
    files = sorted(path for path in root.rglob('*') if path.is_file() and not path.is_symlink())
    texts = [path for path in files if path.suffix in TEXTS]
    path = dice.choice(texts if texts and dice.random() < 0.7 else files)
    content, other = path.read_bytes(), path.with_name(f'{path.name}{dice.choice(["x", " ", "~", ".JPG"])}')
    way = dice.randrange(10)
    if way == 0:
        path.unlink()
    elif way == 1:
        path.rename(other)
    elif path.suffix in TEXTS and content.strip():
        path.write_text(broken_text(content.decode('latin-1'), dice), encoding='utf-8')
    else:
        path.write_bytes(broken_bytes(content, dice))

    def undo() -> None:
        other.unlink(missing_ok=True)
        path.write_bytes(content)

    return undo


def identity(item: dict[str, Any], root: Path) -> str:
    """An image: by its pixels in a csv file, where a lost row moves the numbers of the others; otherwise by its path in the copy."""
    return str(item['img'].tobytes()) if 'img' in item else item['img_path'].removeprefix(str(root))


class Copy:
    """A data set as it is read before it is broken, and after that.

    Args:
        make: of the files, see ``tests/datasets/test_verification.py``.
    """

    def __init__(self, make: Callable) -> None:
        self.kind, self.options, self.files, *_ = make()
        self.cls = dataset_class(self.kind)
        self.splits = [split for split in self.cls.SPLITS if split is not None and (split != 'test' or self.cls is not FaceFolder)]

    def labels(self, root: Path, split: str) -> tuple[FERDataset, dict[str, int]]:
        """The data set of a split, and the label of each image."""
        dataset = self.cls(data_root=str(root), split=split, pipeline=[dict(type='LoadFace')], **self.options)
        items = [dataset.get_data_info(index) for index in range(len(dataset))]
        return dataset, {identity(item, root): item['gt_label'] for item in items}

    def read(self, root: Path, split: str, intact: dict[str, int], dice: random.Random) -> None:
        """Read a split of a broken copy, and one of its images.

        Args:
            root: of the broken copy.
            split: of it.
            intact: labels before.
            dice: draws the image.
        """
        dataset, found = self.labels(root, split)
        assert len(found) > 0
        assert set(found.values()) <= set(range(len(dataset.classes)))
        wrong = {path: label for path, label in found.items() if intact.get(path, label) != label}
        assert len(wrong) <= CHANGED, wrong
        assert dataset[dice.randrange(len(dataset))]['img'].ndim == 3


@pytest.mark.parametrize('make', SETS, ids=lambda make: make.__name__)
def test_broken_copies(make: Callable, share: float, tried: Callable, folder: Path) -> None:
    copy, dice = Copy(make), random.Random(SEED)
    root = write(folder / 'data', copy.files)
    intact = {split: copy.labels(root, split)[1] for split in copy.splits}
    for number in range(int(60 * share)):
        undo = break_one(root, dice)
        for split in copy.splits:
            tried(lambda split=split: copy.read(root, split, intact[split], dice), f'{copy.kind} {split} {number}')
        undo()


@pytest.mark.parametrize('make', SETS, ids=lambda make: make.__name__)
def test_broken_archives(make: Callable, share: float, tried: Callable, folder: Path) -> None:
    """The whole copy in one archive, in which bytes are wrong."""
    copy, dice = Copy(make), random.Random(SEED)
    files = write(folder / 'data', copy.files)
    whole = folder / 'whole.zip'
    with zipfile.ZipFile(whole, 'w', dice.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for path in sorted(path for path in files.rglob('*') if path.is_file()):
            archive.write(path, path.relative_to(files))
    split, content = copy.splits[0], whole.read_bytes()
    intact = copy.labels(write(folder / 'intact', {'whole.zip': content}), split)[1]
    for number in range(int(30 * share)):  # each in its own folder, since archives stay open
        root = write(folder / str(number), {'whole.zip': broken_bytes(content, dice)})
        tried(lambda root=root: copy.read(root, split, intact, dice), f'{copy.kind} {number}')
