"""Broken copies of every data set: each is refused with one message, or read with labels in their range."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ofer.datasets.verification import dataset_class
from tests.datasets.test_verification import SETS, write
from tests.fuzz.breaking import broken_bytes, broken_text
from tests.fuzz.conftest import SEED

TEXTS = ('.txt', '.csv')


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


@pytest.mark.parametrize('make', SETS, ids=lambda make: make.__name__)
def test_broken_copies(make: Callable, share: float, tried: Callable, folder: Path) -> None:
    kind, options, files, *_ = make()
    root = write(folder / 'data', files)
    cls, dice = dataset_class(kind), random.Random(SEED)
    splits = [split for split in cls.SPLITS if split is not None]
    pipeline = [dict(type='LoadFace')]

    def read(split: str) -> None:
        dataset = cls(data_root=str(root), split=split, pipeline=pipeline, **options)
        assert 0 < len(dataset) <= len(files) + 60
        assert set(dataset.get_gt_labels()) <= set(range(len(dataset.classes)))
        assert dataset[dice.randrange(len(dataset))]['img'].ndim == 3

    for number in range(max(2, int(30 * share))):
        undo = break_one(root, dice)
        for split in splits:
            tried(lambda split=split: read(split), f'{kind} {split} {number}')
        undo()
