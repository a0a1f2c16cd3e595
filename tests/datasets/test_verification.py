import os
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.categories import AFFECTNET_CODES, CK_PLUS_CODES, EXPRESSIONS_7, FER2013_CODES, FERPLUS_CODES
from ofer.datasets import RAFDB, FaceFolder, FERDataset
from ofer.datasets.ferplus import VOTE_COLUMNS
from ofer.datasets.verification import (
    ANNOTATION,
    CORRUPT,
    MISSING,
    Image,
    Verdict,
    dataset_class,
    images_of,
    inspect_image,
    inspect_images,
    judge,
    read_splits,
)

Files = dict[str, bytes | str | None]
"""A copy of a data set, or what is changed in it: content by path, ``None`` for a file that is taken away."""

_painted = iter(range(10**6))


def face(suffix: str = '.png', size: int = 12, grey: bool = False, seed: int | None = None) -> bytes:
    """An image file, another one each time."""
    rng = np.random.default_rng(next(_painted) if seed is None else seed)
    img = rng.integers(0, 256, (size, size, 1 if grey else 3), dtype=np.uint8)
    return cv2.imencode(suffix, img)[1].tobytes()


def write(root: Path, files: Files) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink()
        elif content == 'a link to nowhere':
            path.symlink_to(root / 'nowhere.png')
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def verify(kind: str, root: Path, splits: tuple[str, ...] = (), workers: int = 0, **options) -> Verdict:
    read = read_splits(dataset_class(kind), str(root), splits, options)
    return judge(read, [found for batch in inspect_images(images_of(read), workers) for found in batch])


def table(lines: list[list]) -> str:
    return '\n'.join(','.join(map(str, line)) for line in lines) + '\n'


def class_folders(train: str, other: str, names: dict[str, str]) -> Files:
    """Two images a class to train, one in the other split."""
    return {f'{path}/{i}.png': face() for name in names for path, n in ((f'{train}/{name}', 2), (f'{other}/{name}', 1)) for i in range(n)}


def planted_in_folders(train: str, name: str) -> tuple[Files, tuple[str, ...]]:
    """An image of nothing, one that is a link to nowhere, and one in a folder that is no class."""
    changes: Files = {f'{train}/{name}/0.png': b'nothing', f'{train}/{name}/gone.png': 'a link to nowhere', f'{train}/bored/7.png': face()}
    return changes, tuple(changes)


def each(expressions, **numbers: int) -> dict[str, dict[str, int]]:
    return dict.fromkeys(expressions, numbers)


# Each gives a copy of a data set, its options, what is in it by class and split, the changes that spoil it, and by which words the three
# problems must be named: the corrupt image, the missing file, the wrong label.


def rafdb_list():
    lines = [f'train_{i:05d}.jpg {i % 7 + 1}' for i in range(14)] + [f'test_{i:04d}.jpg {i % 7 + 1}' for i in range(7)]
    files: Files = {f'Image/aligned/{line.split(".")[0]}_aligned.jpg': face('.jpg') for line in lines}
    files['EmoLabel/list_patition_label.txt'] = '\n'.join(lines)
    spoilt: Files = {
        'Image/aligned/train_00001_aligned.jpg': face('.jpg')[:-90],
        'Image/aligned/test_0002_aligned.jpg': None,
        'EmoLabel/list_patition_label.txt': '\n'.join(lines).replace('train_00005.jpg 6', 'train_00005.jpg 8'),
    }
    named = ('train_00001_aligned.jpg', 'test_0002_aligned.jpg', 'list_patition_label.txt, line 6')
    return 'RAFDB', {}, files, {name: {'train': 2, 'val = test': 1} for name in EXPRESSIONS_7}, spoilt, named


def rafdb_folders():
    files = class_folders('train', 'test', dict.fromkeys('1234567', ''))
    return 'RAFDB', {}, files, {name: {'train': 2, 'val = test': 1} for name in EXPRESSIONS_7}, *planted_in_folders('train', '3')


def fer2013_folders():
    names = ('angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral')
    files = class_folders('train', 'val', dict.fromkeys(names, '')) | {f'test/{name}/9.png': face() for name in names}
    return 'FER2013', {}, files, each(FER2013_CODES, train=2, val=1, test=1), *planted_in_folders('test', 'sad')


def fer2013_csv():
    rng = np.random.default_rng(1)
    usages = ['Training', 'Training', 'PublicTest', 'PrivateTest']
    rows = [[code, ' '.join(map(str, rng.integers(0, 256, 2304))), usage] for usage in usages for code in range(7)]
    head = ['emotion', 'pixels', 'Usage']
    spoilt = [[9, *rows[0][1:]], [rows[1][0], '1 2 3', 'Training'], [*rows[2][:2], 'Training2'], *rows[3:]]
    named = ('fer2013.csv, line 2: emotion', 'fer2013.csv, line 3: expected 2304', 'fer2013.csv, line 4: Usage')
    counts = each(FER2013_CODES, train=2, val=1, test=1)
    return 'FER2013', {}, {'fer2013.csv': table([head, *rows])}, counts, {'fer2013.csv': table([head, *spoilt])}, named


def ferplus():
    files: Files = {}
    rows: list[list] = [['Usage', 'Image name', *VOTE_COLUMNS]]
    for split, usage in (('train', 'Training'), ('val', 'PublicTest'), ('test', 'PrivateTest')):
        for code in range(8):
            name = f'fer{len(rows):07d}.png'
            files[f'{split}/any/{name}'] = face()
            rows.append([usage, name, *(10 * (column == code) for column in range(10))])
    files['fer2013new.csv'] = table(rows)
    wrong = table([*rows[:5], [*rows[5][:2], 'x', *rows[5][3:]], *rows[6:]])
    spoilt: Files = {'train/any/fer0000001.png': b'', 'val/any/fer0000009.png': None, 'fer2013new.csv': wrong}
    named = ('train/any/fer0000001.png', 'val/fer0000009', 'fer2013new.csv, line 6: neutral')
    return 'FERPlus', {}, files, each(FERPLUS_CODES, train=1, val=1, test=1), spoilt, named


AFFECTNET = {name: {'train': 2, 'val = test': 1} for name in AFFECTNET_CODES}


def affectnet_lists():
    files: Files = {}
    for name, number in (('training', 2), ('validation', 1)):
        rows = [['subDirectory_filePath', 'expression']]
        rows += [[f'{code}/{name}{i}.jpg', str(code)] for code in range(8) for i in range(number)]
        files |= {f'Manually_Annotated_Images/{path}': face('.jpg') for path, _ in rows[1:]}
        files[f'Manually_Annotated_file_lists/{name}.csv'] = table(rows)
    list_file = 'Manually_Annotated_file_lists/training.csv'
    spoilt: Files = {
        'Manually_Annotated_Images/3/training0.jpg': b'nothing',
        'Manually_Annotated_Images/4/training1.jpg': None,
        list_file: files[list_file].replace('0/training0.jpg,0', '0/training0.jpg,happy'),
    }
    named = ('3/training0.jpg', '4/training1.jpg', 'training.csv, line 2')
    return 'AffectNet', {'num_classes': 8}, files, AFFECTNET, spoilt, named


def affectnet_arrays():
    files: Files = {}
    for split, number in (('train_set', 16), ('val_set', 8)):
        for i in range(number):
            files[f'{split}/images/{i}.jpg'] = face('.jpg')
            files[f'{split}/annotations/{i}_exp.npy'] = npy(str(i % 8))
    spoilt: Files = {
        'train_set/images/1.jpg': b'nothing',
        'val_set/images/2.jpg': None,
        'train_set/annotations/3_exp.npy': npy('happy'),
    }
    return 'AffectNet', {'num_classes': 8}, files, AFFECTNET, spoilt, ('images/1.jpg', 'val_set/images/2.jpg', 'annotations/3_exp.npy')


def npy(value: str) -> bytes:
    """What ``numpy.save`` writes."""
    buffer = BytesIO()
    np.save(buffer, np.array(value))
    return buffer.getvalue()


def affectnet_folders():
    files = class_folders('train', 'val', dict.fromkeys('01234567', ''))
    return 'AffectNet', {'num_classes': 8}, files, AFFECTNET, *planted_in_folders('val', '3')


def occlu_fer():
    names = ('AN', 'CO', 'DI', 'FE', 'HA', 'NE', 'SA', 'SU')
    counts = {name: {'train': 2, 'val = test': 1} for name in EXPRESSIONS_7} | {'left out: contempt': {'train': 2, 'val = test': 1}}
    return 'OccluFER', {}, class_folders('train', 'valid', dict.fromkeys(names, '')), counts, *planted_in_folders('valid', 'SU')


def sfew():
    names = ('Angry', 'Disgust', 'Fear', 'Happy', 'Neutral', 'Sad', 'Surprise')
    counts = {name: {'train': 2, 'val = test': 1} for name in EXPRESSIONS_7}
    return 'SFEW', {}, class_folders('Train', 'Val', dict.fromkeys(names, '')), counts, *planted_in_folders('Train', 'Sad')


def face_folder():
    files = class_folders('train', 'valid', dict.fromkeys(('0', 'happy'), ''))
    counts = {name: {'train': 2, 'val': 1} for name in ('anger', 'happiness')} | {
        name: {'train': 0, 'val': 0} for name in EXPRESSIONS_7 if name not in ('anger', 'happiness')
    }
    return 'FaceFolder', {'mapping': {'0': 'anger'}}, files, counts, *planted_in_folders('train', 'happy')


def kdef():
    expressions = {'AF': 'fear', 'AN': 'anger', 'DI': 'disgust', 'HA': 'happiness', 'NE': 'neutral', 'SA': 'sadness', 'SU': 'surprise'}
    people = ('AF01', 'BF01', 'AM01', 'AM02')
    files: Files = {
        f'{person}/{person}{code}{angle}.JPG': face('.jpg') for person in people for code in expressions for angle in ('S', 'HL')
    }
    counts = {name: {'train': 2, 'val = test': 6} for name in expressions.values()}  # F01 and M02 against M01
    spoilt: Files = {'AF01/AF01SUS.JPG': b'nothing', 'AM01/AM01FES.JPG': face('.jpg'), 'AM01/AM01SUFL.JPG': 'a link to nowhere'}
    return 'KDEF', {'folds': 2}, files, counts, spoilt, tuple(spoilt)


def ck_plus():
    files: Files = {}
    for person in ('S005', 'S010'):
        for code in range(1, 8):
            for frame in range(1, 6):
                files[f'cohn-kanade-images/{person}/{code:03d}/{frame:08d}.png'] = face(grey=True)
            files[f'Emotion/{person}/{code:03d}/{person}_{code:03d}_emotion.txt'] = f'  {code:.7e}\n'
    counts = {name: {'train': 3, 'val = test': 3} for name in CK_PLUS_CODES if name != 'neutral'}
    counts['neutral'] = {'train': 7, 'val = test': 7}
    spoilt: Files = {
        'cohn-kanade-images/S005/001/00000005.png': b'nothing',
        **{f'cohn-kanade-images/S010/002/{frame:08d}.png': None for frame in range(1, 6)},
        'Emotion/S005/003/S005_003_emotion.txt': 'happy',
    }
    named = ('S005/001/00000005.png', 'cohn-kanade-images/S010/002', 'S005_003_emotion.txt')
    return 'CKPlus', {'folds': 2, 'num_classes': 8}, files, counts, spoilt, named


def fed_ro():
    folders = ('surprise', 'fear', 'disgust', 'happy', 'sad', 'anger', 'neural')
    files: Files = {f'aligned/{folder}/{i}.jpg': face('.jpg') for folder in folders for i in range(2)}
    lines = [f'{folder}/{i}.jpg' for folder in folders for i in range(2)]
    files['occlusion_emotion_dataset.txt'] = '\n'.join(lines)
    spoilt: Files = {
        'aligned/sad/0.jpg': b'nothing',
        'aligned/fear/1.jpg': None,
        'occlusion_emotion_dataset.txt': '\n'.join(['bored/0.jpg', *lines[1:]]),
    }
    return 'FEDRO', {}, files, each(EXPRESSIONS_7, test=2), spoilt, ('sad/0.jpg', 'fear/1.jpg', "line 1: 'bored/0.jpg'")


SETS = [
    rafdb_list, rafdb_folders, fer2013_folders, fer2013_csv, ferplus, affectnet_lists, affectnet_arrays, affectnet_folders, occlu_fer, sfew,
    face_folder, kdef, ck_plus, fed_ro,
]  # fmt: skip


@pytest.mark.parametrize('make', SETS)
def test_good_copies_pass_with_the_right_counts(make: Callable, tmp_path):
    kind, options, files, counts, _, _ = make()
    verdict = verify(kind, write(tmp_path, files), **options)
    assert verdict.counts == counts
    assert verdict.ready
    assert verdict.duplicates == ()
    assert next(iter(verdict.counts)) == 'surprise'


@pytest.mark.parametrize('make', SETS)
def test_every_problem_is_named_in_one_run(make: Callable, tmp_path):
    kind, options, files, _, spoilt, named = make()
    verdict = verify(kind, write(write(tmp_path, files), spoilt), **options)
    assert not verdict.ready
    assert len(verdict.problems) == 3
    for words in named:
        assert sum(words in problem.message for problem in verdict.problems) == 1
    kinds = sorted(problem.kind for problem in verdict.problems)
    assert kinds == ([ANNOTATION] * 3 if make is fer2013_csv else [CORRUPT, MISSING, ANNOTATION])  # in a csv nothing is a file


def test_every_data_set_is_tried_here():
    """A new one must come with a copy above."""
    with pytest.raises(ValueError, match='expected one of') as error:
        dataset_class('none')
    assert set(str(error.value).split('expected one of ')[1].split(', ')) == {make()[0] for make in SETS}


def test_loading_raises_the_first_and_says_how_many_there_are(tmp_path):
    _, _, files, _, spoilt, _ = rafdb_list()
    lines = str(spoilt['EmoLabel/list_patition_label.txt']).replace('train_00007.jpg 1', 'train_00007.jpg')
    write(tmp_path, {**files, 'EmoLabel/list_patition_label.txt': lines})
    with pytest.raises(ValueError, match=r'line 6: .train_00005.jpg 8.* There are 1 more problems: `ofer verify` lists all'):
        RAFDB(str(tmp_path))


def test_archives(tmp_path):
    with zipfile.ZipFile(tmp_path / 'val.zip', 'w') as archive:
        archive.writestr('angry/a.png', face())
        archive.writestr('happy/b.png', b'nothing')
        archive.writestr('bored/c.png', face())
    (tmp_path / 'train.zip').write_bytes(b'PK nothing')
    verdict = verify('FER2013', tmp_path, ('train', 'val'))
    found = ' '.join(problem.message for problem in verdict.problems)
    assert len(verdict.problems) == 3
    assert 'train.zip: damaged' in found
    assert 'val.zip/happy/b.png: damaged' in found
    assert 'val.zip/bored/c.png' in found
    assert verdict.decoded == 2


def test_processes_find_the_same(tmp_path):
    root = write(tmp_path, {f'{name}/{i}.png': face() if i else b'' for name in ('happy', 'sad') for i in range(70)})
    assert verify('FaceFolder', root, workers=2) == verify('FaceFolder', root)


def test_duplicates_are_those_of_pixels(tmp_path):
    same, other = (cv2.imdecode(np.frombuffer(face(seed=seed), np.uint8), cv2.IMREAD_COLOR) for seed in (10**7, 10**7 + 1))
    packed = [cv2.imencode('.png', same, [cv2.IMWRITE_PNG_COMPRESSION, level])[1].tobytes() for level in (0, 9)]
    assert packed[0] != packed[1]
    files: Files = {
        'train/happy/a.png': packed[0], 'val/happy/b.png': packed[1], 'val/happy/c.png': face(),
        'train/sad/d.png': cv2.imencode('.bmp', other)[1].tobytes(), 'train/happy/e.png': cv2.imencode('.png', other)[1].tobytes(),
        'train/sad/f.png': cv2.imencode('.png', other.reshape(6, 24, 3))[1].tobytes(),
    }  # fmt: skip
    verdict = verify('FaceFolder', write(tmp_path, files))
    assert verdict.ready
    across, within = verdict.duplicates
    assert (across.splits, across.disagree) == (('train', 'val'), False)
    assert [place[1].rsplit('/', 1)[1] for place in across.places] == ['a.png', 'b.png']
    assert (within.splits, within.disagree) == (('train',), True)
    assert {place[1].rsplit('/', 1)[1] for place in within.places} == {'d.png', 'e.png'}


def test_notes_name_what_is_odd(tmp_path):
    files: Files = {f'happy/{i}.png': face() for i in range(20)}
    files |= {'sad/large.png': face(size=13), 'sad/grey.png': face(grey=True)}
    verdict = verify('FaceFolder', write(tmp_path, files))
    notes = {note.rsplit('/', 1)[-1] for note in verdict.notes}
    assert {'large.png: 13x13 pixels, the usual size is 12x12', 'grey.png: grey, nearly all others are coloured'} < notes
    assert 'all: no image of fear' in notes
    assert verdict.sizes == {(12, 12): 21, (13, 13): 1}
    assert verdict.grey == 1
    assert verdict.ready


def test_without_a_usual_size_none_is_odd(tmp_path):
    verdict = verify('FaceFolder', write(tmp_path, {f'happy/{i}.png': face(size=8 + i, grey=i % 2 == 0) for i in range(6)}))
    assert not [note for note in verdict.notes if 'png' in note]


def test_splits_that_are_missing(tmp_path):
    write(tmp_path, {'train/happy/a.png': face(), 'valid/sad/b.png': face()})
    assert [split.names for split in read_splits(FaceFolder, str(tmp_path))] == [('train',), ('val',)]  # any folder may lack some
    asked = verify('FaceFolder', tmp_path, ('train', 'test'))
    assert [problem.kind for problem in asked.problems] == [MISSING]
    assert 'no folder or archive test' in asked.problems[0].message
    assert 'no split' in verify('FER2013', tmp_path).problems[0].message
    nowhere = verify('SFEW', tmp_path / 'nowhere')
    assert not nowhere.ready
    assert 'nowhere: no such folder' in nowhere.problems[0].message


def test_nothing_to_decode_is_not_ready(tmp_path):
    verdict = verify('FaceFolder', tmp_path)
    assert not verdict.ready
    assert 'no images' in verdict.problems[0].message


def test_damaged_annotations_are_named(tmp_path):
    write(tmp_path, {'fer2013.csv': b'emotion,pixels,Usage\n\xff\xfe\x00'})
    assert 'fer2013.csv, line 2: no text' in verify('FER2013', tmp_path).problems[0].message
    write(tmp_path / 'raf', {'EmoLabel/list_patition_label.txt': b'\xff\xfe\x00'})
    assert str(tmp_path / 'raf') in verify('RAFDB', tmp_path / 'raf').problems[0].message


class Described(FERDataset):
    """A data set of a user, whose ``read_annotation`` returns ``annotation``."""

    annotation: object = None

    def read_annotation(self):
        return self.annotation


def test_labels_that_are_unknown_words_are_problems(tmp_path, monkeypatch):
    write(tmp_path, {f'{i}.png': face() for i in range(4)})
    labels = [{'expression': 'fear'}, {'expression': 'hapy'}, {'expression': None}, {'expression': None, 'unlabelled': 'blurred'}]
    items = [{'img_path': f'{tmp_path}/{i}.png', **label} for i, label in enumerate(labels)]
    monkeypatch.setattr(Described, 'annotation', ('a list', items))
    [split] = read_splits(Described, str(tmp_path), ['train'])
    assert [label for _, label in split.labels] == ['fear', 'left out: blurred']
    assert len(split.images) == 4
    word, unknown = (problem.message for problem in split.problems)
    assert f"{tmp_path}/1.png: expression 'hapy' is none of surprise" in word
    assert f'{tmp_path}/2.png: has neither an expression nor the reason' in unknown


@pytest.mark.parametrize(
    ('annotation', 'message'),
    [
        ([{'img_path': 'a.png', 'expression': 'fear'}], r'Described\.read_annotation returns list, expected a text'),
        (('x', [{'img_path': 'a.png', 'label': 'fear'}]), r'item 0 has img_path, label and lacks expression'),
        (('x', ['a.png']), r"item 0 is 'a.png', expected a dict"),
    ],
)
def test_an_annotation_of_another_form_is_refused(annotation, message, tmp_path, monkeypatch):
    monkeypatch.setattr(Described, 'annotation', annotation)
    with pytest.raises(ValueError, match=message):
        Described(str(tmp_path))


def test_what_cannot_be_asked(tmp_path):
    for kind in ('SyntheticFaces', 'ImageNet', 'rafdb'):
        with pytest.raises(ValueError, match=rf"type '{kind}': no data set that reads files, expected one of AffectNet"):
            dataset_class(kind)
    with pytest.raises(ValueError, match=r"split 'dev': FaceFolder has train, val, test"):
        read_splits(FaceFolder, str(tmp_path), ['dev'])
    for option in ('subset', 'indices', 'size'):
        with pytest.raises(ValueError, match=rf"option '{option}': no argument by which FaceFolder reads files, expected one of classes"):
            read_splits(FaceFolder, str(tmp_path), options={option: 1})


def test_inspecting_never_raises(tmp_path):
    (tmp_path / 'folder.png').mkdir()
    found = inspect_image(Image(str(tmp_path / 'folder.png')))
    assert found.problem is not None
    assert 'folder.png' in found.problem.message
    pixels = np.full((4, 5), 7, np.uint8)
    assert inspect_image(Image('a.csv/row1', pixels)).size == (4, 5)
    assert inspect_image(Image('a.csv/row1', pixels.astype(float))).problem.kind == CORRUPT


def test_jpegs_with_a_hole_are_corrupt_though_they_decode(tmp_path, capfd):
    smooth = cv2.resize(np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8), (96, 96))
    good = cv2.imencode('.jpg', smooth)[1].tobytes()
    middle, length = len(good) // 2, len(good) // 8
    holed = good[:middle] + bytes(length) + good[middle + length :]
    long = good[:-2] + b'\x01\x02\x03' + good[-2:]  # bytes before the end mark, which every viewer skips
    assert cv2.imdecode(np.frombuffer(holed, np.uint8), cv2.IMREAD_COLOR) is not None
    capfd.readouterr()
    verdict = verify('FaceFolder', write(tmp_path, {'sad/holed.jpg': holed, 'sad/good.jpg': good, 'sad/long.jpg': long}))
    assert [problem.kind for problem in verdict.problems] == [CORRUPT]
    assert 'holed.jpg: damaged inside (Corrupt JPEG data: ' in verdict.problems[0].message
    os.write(2, b'here again')
    assert capfd.readouterr().err == 'here again'


class Bomb:
    """Ends the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_process_that_is_killed_is_told(tmp_path):
    with pytest.raises(RuntimeError, match='a process that decodes images was killed'):
        list(inspect_images([Image(Bomb())], workers=1))


def test_real_data(shared):
    verdict = verify('FER2013', shared / 'data/fer2013', ('val',))
    assert {name: number['val'] for name, number in verdict.counts.items()} == {
        'surprise': 415, 'fear': 496, 'disgust': 56, 'happiness': 895, 'sadness': 653, 'anger': 467, 'neutral': 607,
    }  # fmt: skip
    assert (verdict.decoded, verdict.grey, verdict.sizes) == (3589, 3589, {(48, 48): 3589})
    assert verdict.ready
