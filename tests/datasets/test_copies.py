"""Data sets as people have them: other names, layouts and writings give the same items; nothing is left out without a word."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ofer.datasets import RAFDB, AffectNet, FaceFolder, FERPlus
from ofer.datasets.base import describe_data
from ofer.datasets.ferplus import VOTE_COLUMNS
from ofer.datasets.subsets import read_subset
from ofer.datasets.verification import dataset_class, read_splits

LIST = 'EmoLabel/list_patition_label.txt'
LABELS = [1, 2, 3, 4, 5, 6, 7]


def rafdb(
    root: Path,
    name: str = '{split}_{i:05d}_aligned.jpg',
    line: str = '{split}_{i:05d}.jpg {label}',
    folder: str = 'Image/aligned',
    list_file: str = LIST,
    ends: str = '\n',
) -> Path:
    """A copy with an image a class and split, all empty: nothing here decodes them."""
    lines = []
    for split in ('train', 'test'):
        for i, label in enumerate(LABELS):
            values = {'split': split, 'i': i, 'label': label, 'part': 'train' if split == 'train' else 'valid'}
            path = root / folder.format(**values) / name.format(**values)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            lines.append(line.format(**values))
    (root / list_file).parent.mkdir(parents=True, exist_ok=True)
    (root / list_file).write_bytes(ends.join([*lines, '']).encode())
    return root


@pytest.mark.parametrize(
    'copy',
    [
        {}, {'name': '{split}_{i:05d}.jpg'}, {'name': '{split}_{i:05d}_ALIGNED.JPG'}, {'name': '{split}_{i:05d}_aligned.png'},
        {'name': 'Train_{i:05d}.jpeg', 'line': 'TRAIN_{i:05d}.JPG {label}'}, {'line': '{split}_{i:05d}_aligned.jpg {label}'},
        {'line': '{split}_{i:05d} {label}'}, {'line': '{split}_{i:05d}.jpg\t{label}'}, {'line': '"{split}_{i:05d}.jpg";{label}.0'},
        {'line': ' {split}_{i:05d}.jpg ,  {label} ', 'ends': '\r\n'}, {'line': r'aligned\{split}_{i:05d}.jpg {label}', 'ends': '\r'},
        {'folder': 'image/ALIGNED'}, {'folder': '{part}'}, {'folder': '{part}/{label}'}, {'folder': 'aligned'}, {'folder': '.'},
        {'folder': 'RAF-DB/Image/aligned', 'list_file': f'RAF-DB/{LIST}'}, {'list_file': 'emolabel/List_Partition_Label.TXT'},
    ],
)  # fmt: skip
def test_rafdb_with_a_list(tmp_path: Path, copy: dict[str, str]) -> None:
    if 'Train_' in copy.get('name', ''):  # a copy of one split
        (tmp_path / LIST).parent.mkdir()
        rafdb(tmp_path, **copy)
    else:
        rafdb(tmp_path, **copy)
        assert RAFDB(str(tmp_path), 'test').get_gt_labels().tolist() == list(range(7))
    dataset = RAFDB(str(tmp_path))
    assert dataset.get_gt_labels().tolist() == list(range(7))


def test_rafdb_in_one_archive(tmp_path: Path) -> None:
    rafdb(tmp_path / 'copy', folder='DATASET/Image/aligned', list_file=f'DATASET/{LIST}')
    shutil.make_archive(str(tmp_path / 'rafdb'), 'zip', tmp_path / 'copy')
    for root in (tmp_path / 'rafdb.zip', tmp_path / 'only'):
        if root.suffix != '.zip':
            root.mkdir()
            shutil.copy(tmp_path / 'rafdb.zip', root)
        assert RAFDB(str(root)).get_gt_labels().tolist() == list(range(7))
        assert [len(split.labels) for split in read_splits(dataset_class('RAFDB'), str(root))] == [7, 7]


def test_rafdb_repeats_and_contradictions(tmp_path: Path) -> None:
    rafdb(tmp_path)
    with (tmp_path / LIST).open('a') as file:
        file.write('train_00003_aligned.jpg 4\n')
    dataset = RAFDB(str(tmp_path))
    assert len(dataset) == 7
    assert 'list list_patition_label.txt (1 lines repeated)' in dataset.summary
    with (tmp_path / LIST).open('a') as file:
        file.write('Train_00003.png 5\n')
    with pytest.raises(ValueError, match=r'line 16: Train_00003.png has the label 5, and another one above, 4 in line 4'):
        RAFDB(str(tmp_path))


def test_loose_images_are_named_once_with_the_remedy(tmp_path: Path, paint: Callable) -> None:
    for name in ('a.jpg', 'b.jpg'):
        paint(tmp_path / 'train' / name)
    for kind, remedy in (
        ('RAFDB', LIST),
        ('FER2013', 'fer2013.csv'),
        ('AffectNet', 'training.csv'),
        ('SFEW', 'class'),
        ('FaceFolder', 'fear'),
    ):
        (split,) = read_splits(dataset_class(kind), str(tmp_path), ['train'])
        (problem,) = split.problems
        assert 'train: 2 images lie in no class folder, the first is a.jpg' in problem.message
        assert remedy in problem.message


def test_folders_of_numbers_that_do_not_show_where_they_begin(tmp_path: Path, paint: Callable) -> None:
    for label in range(1, 7):
        paint(tmp_path / f'train/{label}/a.jpg')
    with pytest.raises(ValueError, match=r'train: the folders 1, 2, 3, 4, 5, 6 do not show whether they count from 0 or from 1'):
        RAFDB(str(tmp_path))
    paint(tmp_path / 'test/7/a.jpg')  # the other split shows it
    assert RAFDB(str(tmp_path)).get_gt_labels().tolist() == list(range(6))


HEADER = ','.join(['Usage', 'Image name', *VOTE_COLUMNS])


@pytest.mark.parametrize(
    ('votes', 'wrong'),
    [
        ('0,9,0,0,0,0,0,0,1,0,4', '13 entries, expected 12'),
        ('0,99999999999999999999,0,0,0,0,0,0,1,0', "happiness is '99999999999999999999'"),
        ('0,10,0,0,0,0,0,0,1,0', '11 votes, expected 1 to 10'),
        ('0,0,0,0,0,0,0,0,0,0', '0 votes, expected 1 to 10'),
        ('0,-1,0,0,0,0,0,0,1,0', "happiness is '-1'"),
        ('0,1.5,0,0,0,0,0,0,1,0', "happiness is '1.5'"),
        ('0,9', "surprise is ''"),
    ],
)
def test_votes_that_ten_people_cannot_give(tmp_path: Path, paint: Callable, votes: str, wrong: str) -> None:
    paint(tmp_path / 'train/fer0000000.png')
    (tmp_path / 'fer2013new.csv').write_text(f'{HEADER}\nTraining,fer0000000.png,{votes}\n')
    with pytest.raises(ValueError, match=rf'fer2013new.csv, line 2: {wrong}'):
        FERPlus(str(tmp_path))


def test_ferplus_written_by_a_spreadsheet(tmp_path: Path, paint: Callable) -> None:
    for i in range(2):
        paint(tmp_path / f'Train/FER000000{i}.JPG')
    rows = [f'training;fer000000{i}.png;' + ';'.join(f'{10.0 * (column == i)}' for column in range(10)) for i in range(2)]
    (tmp_path / 'fer2013new.csv').write_bytes(('\ufeff' + '\r\n'.join([HEADER.replace(',', ';').upper(), *rows])).encode())
    dataset = FERPlus(str(tmp_path))
    assert [dataset.classes[label] for label in dataset.get_gt_labels()] == ['neutral', 'happiness']


def test_affectnet_lists(tmp_path: Path, paint: Callable) -> None:
    paint(tmp_path / 'images/7/ABC.png')
    paint(tmp_path / 'images/8/def.jpg')
    rows = ['expression;SubDirectory_filepath', r'1.0;7\abc.jpg', '"3";8/def.jpg', '3;8/def.jpg', '10;9/none.jpg']
    (tmp_path / 'TRAINING.csv').write_text('\n'.join(rows))
    dataset = AffectNet(str(tmp_path))
    assert [dataset.classes[label] for label in dataset.get_gt_labels()] == ['happiness', 'surprise']
    assert '1 rows repeated' in dataset.summary
    (tmp_path / 'TRAINING.csv').write_text('\n'.join([*rows, '4;8/def.jpg']))
    with pytest.raises(ValueError, match=r'line 6: 8/def.jpg has another expression in line 3'):
        AffectNet(str(tmp_path))


@pytest.mark.parametrize(
    'line',
    ['test_0003_aligned.jpg\t4\t2', 'TEST_0003,4,2', '"test_0003_aligned";4.0;2.0', r'.\4\test_0003_aligned.JPG', 'test/4/test_0003.png'],
)
def test_lines_of_subset_lists(tmp_path: Path, line: str) -> None:
    (tmp_path / 'list.txt').write_text(line)
    (face,) = read_subset(str(tmp_path / 'list.txt'), tuple('abcdefg')).faces.items()
    assert (face[0], face[1].expression) == ('test_0003', 'e')


def test_files_that_are_left_out_are_counted(tmp_path: Path, paint: Callable) -> None:
    paint(tmp_path / 'train/happy/a.png')
    for name in ('b.heic', 'c.HEIC', 'notes', 'Thumbs.db'):
        (tmp_path / 'train/happy' / name).touch()
    said = 'files that are no images: .heic 2, without suffix 1, left by an operating system 1'
    assert said in FaceFolder(str(tmp_path), 'train').summary
    assert said in read_splits(dataset_class('FaceFolder'), str(tmp_path))[0].layout
    (tmp_path / 'train/happy/a.png').unlink()
    with pytest.raises(ValueError, match=r"no images of the split 'train' found \(folder train, files that are no images: .heic 2"):
        FaceFolder(str(tmp_path), 'train')


def test_the_summary_says_what_is_in_use(tmp_path: Path, paint: Callable) -> None:
    for name in ('fear/a.png', 'fear/b.png', 'happy/c.png'):
        paint(tmp_path / name)
    root = str(tmp_path)
    assert '3 images: surprise 0, fear 2, ' in FaceFolder(root).summary
    for indices, counts in ((2, 'fear 2'), (-1, 'fear 0'), ([0, 2], 'fear 1')):
        part = FaceFolder(root, indices=indices, preload=True)
        assert f'{len(part)} of 3 images: surprise 0, {counts}, ' in part.summary
        assert len(part) == (len(indices) if isinstance(indices, list) else abs(indices))
    whole = FaceFolder(root)
    assert '1 of 3 images: surprise 0, fear 1, ' in whole.get_subset([1]).summary
    both = type('Concat', (), {'datasets': [whole, FaceFolder(root, indices=1)]})()
    assert describe_data(both).count('images: ') == 2
    for indices in (0, [3], ['a'], []):
        with pytest.raises(ValueError, match='indices'):
            FaceFolder(root, indices=indices)
    with pytest.raises(ValueError, match='data_root=None'):
        FaceFolder(None)
