import zipfile
from pathlib import Path

import pytest

from ofer.datasets import FaceFolder, FERDataset
from ofer.files.archive import DamagedImageError


@pytest.fixture
def make_folder(tmp_path, fer_folders):
    source = next((fer_folders / 'val').rglob('*.png')).read_bytes()

    def make(*names: str):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source)
        return str(tmp_path)

    return make


def labels(dataset) -> list[str]:
    return [dataset.classes[label] for label in dataset.get_gt_labels()]


def test_missing_faces_are_the_users_own(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'none: no such folder\. Put or link your faces there.* by ofer prepare occluded-set\.$'):
        FaceFolder(str(tmp_path / 'none'), split='test')


def test_folders_are_matched_by_name(make_folder):
    root = make_folder('Happy/a.png', 'Angry/b.png', '7_neutral/c.png', 'sad/.hidden.png', 'sad/notes.txt')
    dataset = FaceFolder(root)
    assert sorted(labels(dataset)) == ['anger', 'happiness', 'neutral']
    assert len(dataset.classes) == 7


def test_splits(make_folder):
    root = make_folder('train/HA/a.png', 'valid/AN/b.png', 'valid/AN/c.png')
    assert [len(FaceFolder(root, split)) for split in ('train', 'val')] == [1, 2]
    with pytest.raises(FileNotFoundError, match=r'no folder or archive test. Make one, or set split=None'):
        FaceFolder(root, 'test')


def test_a_mapping_names_classes_and_leaves_out(make_folder):
    root = make_folder('0/a.png', '1/b.png', 'uncertain/c.png')
    with pytest.raises(ValueError, match=r"0/a.png: the folder '0' is none of the classes .* mapping=\{'0': ...\}"):
        FaceFolder(root)
    dataset = FaceFolder(root, mapping={'0': 'neutral', '1': 'happiness', 'uncertain': None})
    assert labels(dataset) == ['neutral', 'happiness']
    assert 'left out: folder uncertain 1' in dataset.summary
    with pytest.raises(ValueError, match=r"mapping names the class 'glad'"):
        FaceFolder(root, mapping={'0': 'glad'})


def test_contempt_is_left_out_of_seven_classes(make_folder):
    root = make_folder('contempt/a.png', 'fear/b.png')
    assert labels(FaceFolder(root)) == ['fear']
    assert labels(FaceFolder(root, num_classes=8)) == ['contempt', 'fear']


def test_classes_of_ones_own(make_folder):
    root = make_folder('pain/a.png', 'calm/b.png', 'relaxed/c.png')
    dataset = FaceFolder(root, classes=['calm', 'pain'], mapping={'relaxed': 'calm'})
    assert dataset.metainfo['classes'] == ('calm', 'pain')
    assert labels(dataset) == ['calm', 'pain', 'calm']
    with pytest.raises(ValueError, match=r"folder 'relaxed' is none of the classes calm, pain"):
        FaceFolder(root, classes=['calm', 'pain'])


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r'no images'):
        FaceFolder(str(tmp_path))


def test_preloaded_images_are_read_once(make_folder):
    root = make_folder('fear/a.png', 'fear/b.png')
    pipeline = [{'type': 'LoadFace'}, {'type': 'PackFace'}]
    plain, dataset = FaceFolder(root, pipeline=pipeline), FaceFolder(root, pipeline=pipeline, preload=True)
    assert 'MiB decoded in memory' in dataset.summary
    expected = plain[1]['inputs']
    for path in Path(root).rglob('*.png'):
        path.write_bytes(b'gone')
    assert dataset[1]['inputs'].equal(expected)
    with pytest.raises(ValueError, match=r'fear/[ab]\.png: damaged'):
        FaceFolder(root, preload=True)


def test_damaged_images_stop_or_are_skipped(make_folder):
    root = make_folder('train/happy/a.png', 'train/happy/b.png', 'train/sad/c.png')
    (Path(root) / 'train/happy/b.png').write_bytes(b'no image')
    (Path(root) / 'train/sad/c.png').write_bytes(b'')
    pipeline = [dict(type='LoadFace'), dict(type='PackFace')]
    with pytest.raises(DamagedImageError, match=r'happy/b\.png: damaged'):
        FaceFolder(root, 'train', pipeline=pipeline)[1]
    samples = [item['data_samples'] for item in FaceFolder(root, 'train', pipeline=pipeline, damaged='skip')]
    assert [Path(sample.img_path).name for sample in samples] == ['a.png'] * 3
    assert [[Path(path).name for path in sample.get('skipped', ())] for sample in samples] == [[], ['b.png', 'c.png'], ['c.png']]


def test_damaged_members_of_an_archive_are_skipped(make_folder):
    root = Path(make_folder('happy/a.png', 'sad/b.png'))
    path = root / 'train.zip'
    with zipfile.ZipFile(path, 'w') as archive:  # uncompressed
        for name in ('happy/a.png', 'sad/b.png'):
            archive.write(root / name, name)
    content = bytearray(path.read_bytes())
    content[content.index(b'sad/b.png') + 60] ^= 1  # the first file of that name, so its checksum is wrong
    path.write_bytes(content)
    pipeline = [dict(type='LoadFace'), dict(type='PackFace')]
    with pytest.raises(DamagedImageError, match=r'train.zip/sad/b.png: damaged in its archive'):
        FaceFolder(str(root), 'train', pipeline=pipeline)[1]
    sample = FaceFolder(str(root), 'train', pipeline=pipeline, damaged='skip')[1]['data_samples']
    assert sample.img_path.endswith('happy/a.png')
    assert [Path(path).name for path in sample.skipped] == ['b.png']


def test_damaged_images_are_skipped_among_preloaded_ones(make_folder):
    root = make_folder('train/happy/a.png', 'train/happy/b.png')
    (Path(root) / 'train/happy/b.png').write_bytes(b'no image')
    pipeline = [dict(type='LoadFace'), dict(type='PackFace')]
    dataset = FaceFolder(root, 'train', pipeline=pipeline, damaged='skip', preload=True)
    (Path(root) / 'train/happy/a.png').write_bytes(b'gone')  # it is in memory
    assert ['img' in dataset.get_data_info(index) for index in range(2)] == [True, False]
    plain, instead = (dataset[index]['data_samples'] for index in range(2))
    assert plain.get('skipped', ()) == ()
    assert [Path(path).name for path in (instead.img_path, *instead.skipped)] == ['a.png', 'b.png']
    with pytest.raises(DamagedImageError, match=r'a\.png|b\.png'):
        FaceFolder(root, 'train', pipeline=pipeline, preload=True)


def test_nothing_but_damaged_images(make_folder):
    root = make_folder('happy/a.png', 'sad/b.png')
    for name in ('happy/a.png', 'sad/b.png'):
        (Path(root) / name).write_bytes(b'')
    with pytest.raises(ValueError, match='all 2 images are damaged'):
        FaceFolder(root, pipeline=[dict(type='LoadFace')], damaged='skip')[0]


def test_measures_are_made_on_all_images(make_folder):
    root = make_folder('test/happy/a.png')
    with pytest.raises(ValueError, match="damaged='skip' is for training"):
        FaceFolder(root, 'test', damaged='skip')
    with pytest.raises(ValueError, match="damaged='ignore'"):
        FaceFolder(root, 'test', damaged='ignore')


class Raw(FERDataset):
    def read_annotation(self) -> tuple[str, list[dict]]:
        return 'a list', [{'img_path': 'a.png', 'expression': 'glee'}]


def test_a_name_of_an_expression_that_is_not_translated(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.png: expression 'glee' is none of surprise, fear.*canonical_expression"):
        Raw(str(tmp_path))


class Uncallable:
    """Has ``transform``, but is no subclass of mmcv's ``BaseTransform``."""

    def transform(self, results: dict) -> dict:
        return results


def as_floats(results: dict) -> dict:
    return results | {'img': results['img'] / 255}


@pytest.mark.parametrize(
    ('transform', 'message'),
    [
        (as_floats, r'a\.png: the transform function returns an image \(\d+, \d+, 3\) of float64, expected \(H, W, 3\) of uint8'),
        (lambda results: None, r'a\.png: the transform function returns None'),
        (Uncallable(), r'the transform Uncallable cannot be called\. Make it a subclass of mmcv\.transforms\.BaseTransform'),
    ],
)
def test_a_transform_that_breaks_the_contract_is_named(transform, message, make_folder):
    with pytest.raises(ValueError, match=message):
        FaceFolder(make_folder('happy/a.png'), pipeline=[dict(type='LoadFace'), transform])[0]
