from pathlib import Path

import numpy as np
import pytest

from ofer.categories import AFFECTNET_CODES, EXPRESSIONS_7, EXPRESSIONS_8
from ofer.datasets.affectnet import AffectNet, answer, folder_meaning

HEADER = 'subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal'
CODES = {'train': [*range(11), 1], 'val': list(range(8))}


def write_image(path: Path) -> None:
    """Empty: nothing here decodes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def make_lists(root) -> None:
    for split, name in (('train', 'training'), ('val', 'validation')):
        lines = [HEADER]
        for i, code in enumerate(CODES[split]):
            path = f'{i}/{split}{i:x}ab.jpg'
            lines.append(f'{path},0,0,9,9,1;2;3,{code},-0.5,0.25')
            if code < 10:
                write_image(root / 'Manually_Annotated_Images' / path)
        (root / 'Manually_Annotated_file_lists').mkdir(exist_ok=True)
        (root / f'Manually_Annotated_file_lists/{name}.csv').write_text('\n'.join(lines) + '\n')


def make_arrays(root) -> None:
    for split, codes in CODES.items():
        (root / f'{split}_set/annotations').mkdir(parents=True)
        for i, code in enumerate(codes):
            write_image(root / f'{split}_set/images/{i}.jpg')
            np.save(root / f'{split}_set/annotations/{i}_exp.npy', np.array(str(code)) if i % 2 else np.array(float(code)))
            np.save(root / f'{split}_set/annotations/{i}_val.npy', np.array(0.5))


def make_folders(root) -> None:
    for split, codes in CODES.items():
        for i, code in enumerate(codes):
            if code < 8:
                write_image(root / split / str(code) / f'{i}.jpg')


@pytest.mark.parametrize('make', [make_lists, make_arrays, make_folders])
def test_layouts(tmp_path, make):
    make(tmp_path)
    for num_classes, classes in ((7, EXPRESSIONS_7), (8, EXPRESSIONS_8)):
        train, val, test = (AffectNet(str(tmp_path), split, num_classes) for split in ('train', 'val', 'test'))
        assert train.metainfo['classes'] == classes
        assert np.bincount(train.get_gt_labels()).tolist() == [2 if name == 'happiness' else 1 for name in classes]
        assert np.bincount(val.get_gt_labels()).tolist() == [1] * num_classes
        assert [item['img_path'] for item in map(val.get_data_info, range(len(val)))] == [
            item['img_path'] for item in map(test.get_data_info, range(len(test)))
        ]
    for i in range(len(train)):
        info = train.get_data_info(i)
        name = info['img_path'].rsplit('/', 1)[-1]
        code = CODES['train'][int(name[5:-6], 16) if name.startswith('train') else int(name[:-4])]
        assert train.classes[info['gt_label']] == AFFECTNET_CODES[code]


def test_faces_without_an_expression_are_counted(tmp_path):
    make_lists(tmp_path)
    assert 'left out: contempt 1, none 1, uncertain 1' in AffectNet(str(tmp_path)).summary
    assert 'list training.csv, folder Manually_Annotated_Images' in AffectNet(str(tmp_path)).summary


def test_meanings():
    assert folder_meaning('3') == folder_meaning('Surprise') == 'surprise'
    assert folder_meaning('8') is None
    assert answer('10') == {'expression': None, 'unlabelled': 'no face'}
    assert answer('11') is None


def test_errors_of_lists(tmp_path):
    make_lists(tmp_path)
    list_file = tmp_path / 'Manually_Annotated_file_lists/training.csv'
    (tmp_path / 'Manually_Annotated_Images/2/train2ab.jpg').unlink()
    with pytest.raises(FileNotFoundError, match=r'1 of 9 images are missing, the first is 2/train2ab.jpg'):
        AffectNet(str(tmp_path))
    list_file.write_text(list_file.read_text().replace('1;2;3,4,', '1;2;3,11,'))
    with pytest.raises(ValueError, match=r"training.csv, line 6: expression is '11', expected 0 to 10"):
        AffectNet(str(tmp_path))


def test_errors_of_arrays(tmp_path):
    make_arrays(tmp_path)
    array = tmp_path / 'train_set/annotations/5_exp.npy'
    np.save(array, np.array('happy'))
    with pytest.raises(ValueError, match=r"5_exp.npy: the expression is 'happy', expected 0 to 10"):
        AffectNet(str(tmp_path))
    array.write_bytes(b'no array')
    with pytest.raises(ValueError, match=r'5_exp.npy: damaged, or no array \(.*\). Copy it again'):
        AffectNet(str(tmp_path))
    np.save(array, np.array([1, 2]))
    with pytest.raises(ValueError, match=r'5_exp.npy: 2 entries, expected one number'):
        AffectNet(str(tmp_path))
    array.unlink()
    with pytest.raises(FileNotFoundError, match=r'5_exp.npy: no such file. Every image needs its own'):
        AffectNet(str(tmp_path))


def test_arrays_without_an_image_are_noticed(tmp_path):
    make_arrays(tmp_path)
    for i in (2, 9):  # 9 is uncertain, which nobody uses
        (tmp_path / f'train_set/images/{i}.jpg').unlink()
    with pytest.raises(FileNotFoundError, match=r'train_set/images: 1 of 9 images are missing, the first is 2.jpg'):
        AffectNet(str(tmp_path))
    np.save(tmp_path / 'train_set/annotations/2_exp.npy', np.array('happy'))
    with pytest.raises(ValueError, match=r"2_exp.npy: the expression is 'happy'"):
        AffectNet(str(tmp_path))


def test_errors_of_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'neither Manually_Annotated_file_lists/training.csv nor train_set/ nor a folder train'):
        AffectNet(str(tmp_path))
    write_image(tmp_path / 'train/9/a.jpg')
    with pytest.raises(ValueError, match=r"train/9/a.jpg: the folder '9' is no class, expected 0 to 7"):
        AffectNet(str(tmp_path))
