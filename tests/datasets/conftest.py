"""Tiny copies of the data sets, in the layouts that people have."""

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.categories import FER2013_CODES
from ofer.datasets.ferplus import VOTE_COLUMNS

FER2013_FOLDERS = ('angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral')
SPLITS = {'train': 'Training', 'val': 'PublicTest', 'test': 'PrivateTest'}


def write_image(path: Path, color: tuple[int, int, int] = (200, 30, 30), size: int = 48) -> None:
    """One colour, RGB."""
    path.parent.mkdir(parents=True, exist_ok=True)
    img = np.full((size, size, 3), color, dtype=np.uint8)
    assert cv2.imwrite(str(path), cv2.cvtColor(img, cv2.COLOR_RGB2BGR))


@pytest.fixture(scope='session')
def paint() -> Callable[..., None]:
    """:func:`write_image`."""
    return write_image


@pytest.fixture(scope='session')
def rafdb_list(tmp_path_factory) -> Path:
    """As the authors give it: 14 faces to train (two a class), 7 to test, labels from 1."""
    root = tmp_path_factory.mktemp('rafdb')
    lines = [f'train_{i:05d}.jpg {i % 7 + 1}' for i in range(14)] + [f'test_{i:04d}.jpg {i % 7 + 1}' for i in range(7)]
    for line in lines:
        write_image(root / 'Image/aligned' / line.split()[0].replace('.jpg', '_aligned.jpg'), size=100)
    (root / 'EmoLabel').mkdir()
    (root / 'EmoLabel/list_patition_label.txt').write_text('\n'.join(lines) + '\n')
    return root


@pytest.fixture(scope='session')
def fer_rows() -> list[dict]:
    """Rows of FER2013 and FERPlus for 10 images a split; see ``votes_of`` for the answers."""
    rows = []
    for split, usage in SPLITS.items():
        for i in range(10):
            number = len(rows)
            rows.append(
                {'split': split, 'usage': usage, 'emotion': i % 7, 'name': f'fer{number:07d}.png', 'votes': votes_of(i), 'grey': 20 * i + 5}
            )
    return rows


def votes_of(i: int) -> list[int]:
    """0 to 7: seven votes for that column, two for the next, one unknown; 8: a tie; 9: mostly no face."""
    votes = [0] * 10
    if i < 8:
        votes[i], votes[(i + 1) % 8], votes[8] = 7, 2, 1
    elif i == 8:
        votes[0] = votes[3] = 5
    else:
        votes[9] = 10
    return votes


def write_votes(path: Path, rows: list[dict]) -> None:
    """FERPlus's csv file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(['Usage', 'Image name', *VOTE_COLUMNS])
        writer.writerows([row['usage'], row['name'], *row['votes']] for row in rows)


@pytest.fixture(scope='session')
def fer_csv(tmp_path_factory, fer_rows) -> Path:
    """FER2013 and FERPlus as csv files."""
    root = tmp_path_factory.mktemp('fer_csv')
    with open(root / 'fer2013.csv', 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(['emotion', 'pixels', 'Usage'])
        writer.writerows([row['emotion'], ' '.join([str(row['grey'])] * 2304), row['usage']] for row in fer_rows)
    write_votes(root / 'fer2013new.csv', fer_rows)
    return root


@pytest.fixture(scope='session')
def fer_folders(tmp_path_factory, fer_rows) -> Path:
    """The same images as files, with an unnamed one that FERPlus does not know, and the votes in a folder of their own."""
    root = tmp_path_factory.mktemp('fer_folders')
    for row in fer_rows:
        write_image(root / row['split'] / FER2013_FOLDERS[row['emotion']] / row['name'], (row['grey'],) * 3)
    write_image(root / 'train/angry/row00017.png', (0, 0, 0))
    write_votes(root / 'ferplus/fer2013new.csv', fer_rows)
    return root


@pytest.fixture(scope='session')
def fer_zips(tmp_path_factory, fer_folders, fer_rows) -> Path:
    """The same in archives."""
    root = tmp_path_factory.mktemp('fer_zips')
    for split in SPLITS:
        with zipfile.ZipFile(root / f'{split}.zip', 'w') as archive:
            for path in sorted((fer_folders / split).rglob('*.png')):
                archive.write(path, path.relative_to(fer_folders / split))
    write_votes(root / 'ferplus/fer2013new.csv', fer_rows)
    return root


@pytest.fixture(scope='session')
def expected_fer2013(fer_rows) -> dict[str, list[str]]:
    """Names of the expressions of the 10 images of a split."""
    return {split: [FER2013_CODES[row['emotion']] for row in fer_rows if row['split'] == split] for split in SPLITS}
