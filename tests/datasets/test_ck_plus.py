import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ofer.categories import CK_PLUS_CODES
from ofer.datasets import CKPlus
from ofer.datasets.ck_plus import last_frame, missing_frames, read_emotion

CODES = {'anger': 1, 'contempt': 2, 'disgust': 3, 'fear': 4, 'happiness': 5, 'sadness': 6, 'surprise': 7}
PEOPLE = ('S005', 'S010', 'S999')


def add_sequence(paint: Callable, root: Path, person: str, number: int, code: int | None, frames: int) -> None:
    """Grey level of a frame: ten times its number. ``code=None``: the folder of the emotion is there, and empty."""
    for frame in range(1, frames + 1):
        paint(root / f'cohn-kanade-images/{person}/{number:03d}/{person}_{number:03d}_{frame:08d}.png', (10 * frame,) * 3, size=8)
    folder = root / f'Emotion/{person}/{number:03d}'
    folder.mkdir(parents=True)
    if code is not None:
        (folder / f'{person}_{number:03d}_{frames:08d}_emotion.txt').write_text(f'   {code:.7e}\n')


@pytest.fixture
def root(tmp_path, paint) -> Path:
    """Three people with a sequence of each of the seven expressions and one without."""
    for person in PEOPLE:
        for number, code in enumerate((*CODES.values(), None), 1):
            add_sequence(paint, tmp_path, person, number, code, frames=4 + number)
    (tmp_path / 'Emotion/.DS_Store').touch()
    return tmp_path


def counts(dataset: CKPlus) -> dict[str, int]:
    return dict(zip(dataset.classes, np.bincount(dataset.get_gt_labels(), minlength=len(dataset.classes)).tolist(), strict=True))


@pytest.mark.parametrize('num_classes', [7, 8])
def test_last_three_frames_and_the_first(root, num_classes):
    dataset = CKPlus(str(root), None, num_classes)
    expected = {name: 3 * 3 for name in CODES if num_classes == 8 or name != 'contempt'} | {'neutral': 3 * 7}
    assert counts(dataset) == expected
    left_out = 'left out: ' + ('contempt 9, ' if num_classes == 7 else '') + 'sequence without emotion 3'
    assert dataset.summary.endswith(left_out)
    for info in map(dataset.get_data_info, range(len(dataset))):
        _, number, frame = Path(info['img_path']).stem.split('_')
        name = dataset.classes[info['gt_label']]
        assert name == ('neutral' if int(frame) == 1 else CK_PLUS_CODES[int(number)])
        assert int(frame) == 1 or int(frame) > 1 + int(number)  # a sequence has 4 frames and its number


def test_folds_are_by_person(root):
    for fold, person in enumerate(PEOPLE):
        train, val = (CKPlus(str(root), split, 8, fold=fold, folds=3) for split in ('train', 'val'))
        people = [{dataset.get_data_info(i)['person'] for i in range(len(dataset))} for dataset in (train, val)]
        assert people == [set(PEOPLE) - {person}, {person}]
        assert (len(train), len(val)) == (2 * 28, 28)
        assert 'sequence without emotion 1' in val.summary


def test_people_whom_nobody_labelled_move_no_fold(root, paint):
    add_sequence(paint, root, 'S001', 1, None, frames=4)
    val = CKPlus(str(root), 'val', 8, fold=0, folds=3)
    assert {val.get_data_info(i)['person'] for i in range(len(val))} == {PEOPLE[0]}


@pytest.mark.parametrize('zipped', [False, True])
def test_frames_are_decoded(root, zipped):
    if zipped:
        images = root / 'cohn-kanade-images'
        with zipfile.ZipFile(root / 'cohn-kanade-images.zip', 'w') as archive:
            for path in images.rglob('*.png'):
                archive.write(path, Path('cohn-kanade-images') / path.relative_to(images))
        images.rename(root / 'elsewhere')
    dataset = CKPlus(str(root), 'val', 8, folds=3, pipeline=[{'type': 'LoadFace'}, {'type': 'PackFace'}])
    assert len(dataset) == 28
    first = [dataset[i] for i in range(4)]
    assert [int(item['inputs'].float().mean()) for item in first] == [10, 30, 40, 50]  # the first sequence has five frames
    assert [dataset.classes[int(item['data_samples'].gt_label)] for item in first] == ['neutral', 'anger', 'anger', 'anger']


def test_errors_name_the_file(root):
    label = root / 'Emotion/S010/002/S010_002_00000006_emotion.txt'
    for text in ('8.0', '1.5', 'happy', ''):
        label.write_text(text)
        with pytest.raises(ValueError, match=rf'S010_002_00000006_emotion.txt, line 1: {text!r}, expected one number from 0'):
            CKPlus(str(root))
    label.write_text('2')
    assert read_emotion(str(label)) == 'contempt'
    (label.parent / 'S010_002_00000005_emotion.txt').write_text('3')
    with pytest.raises(ValueError, match=r'S010/002 has another emotion file as well'):
        CKPlus(str(root))
    (label.parent / 'S010_002_00000005_emotion.txt').unlink()
    frames = root / 'cohn-kanade-images/S010/002'
    for path in sorted(frames.iterdir())[3:]:
        path.unlink()
    with pytest.raises(ValueError, match=r'cohn-kanade-images/S010/002: 3 frames, expected at least 4'):
        CKPlus(str(root))
    frames.rename(root / 'gone')
    with pytest.raises(FileNotFoundError, match=r'1 of 21 images are missing, the first is S010/002'):
        CKPlus(str(root))


@pytest.mark.parametrize('gone', [1, 3, 6])
def test_missing_frames_are_named(root, gone):
    """The first would make the second neutral, the last an earlier one the strongest."""
    name = f'S010/002/S010_002_{gone:08d}.png'
    (root / 'cohn-kanade-images' / name).unlink()
    with pytest.raises(FileNotFoundError, match=f'1 of {3 * (5 + 6 + 7 + 8 + 9 + 10 + 11)} images are missing, the first is {name}'):
        CKPlus(str(root))


def test_frames_are_numbered():
    frames = ['a/b_01.png', 'a/b_02.png', 'a/b_04.png']
    assert missing_frames(frames, None) == ['a/b_03.png']
    assert missing_frames(frames[1:], 10) == [f'a/b_{number:02d}.png' for number in (1, 3, 5, 6, 7, 8, 9, 10)]
    assert missing_frames(['a/009.png'], 10)[-1] == 'a/010.png'
    for wrong, message in (
        ([*frames, 'a/c.png'], 'a/c.png: expected a name that ends in the number'),
        (frames, 'a/b_04.png: expected the frames 1 to 3, each once'),
        (['a/b_02.jpg', *frames[:2]], 'a/b_02.png: expected the frames 1 to 3'),
        (['a/b_00.png', *frames[:2]], 'a/b_00.png: expected the frames 1 to 3'),
    ):
        with pytest.raises(ValueError, match=message):
            missing_frames(wrong, 3)
    assert last_frame('S005/001/S005_001_00000011_emotion.txt') == 11
    assert last_frame('S005/001/S005_001_emotion.txt') is None


def test_both_halves_are_needed(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'no folder or archive cohn-kanade-images'):
        CKPlus(str(tmp_path))
    (tmp_path / 'cohn-kanade-images').mkdir()
    with pytest.raises(FileNotFoundError, match=r'no folder Emotion'):
        CKPlus(str(tmp_path))
