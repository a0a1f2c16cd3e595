import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate

from ofer.datasets import FER2013
from ofer.faces import stored_aligner
from ofer.files.archive import read_bytes


def greys(dataset) -> list[int]:
    return sorted(int(dataset[i]['img'][0, 0, 0]) for i in range(len(dataset)))


@pytest.mark.parametrize('layout', ['fer_csv', 'fer_folders', 'fer_zips'])
@pytest.mark.parametrize('split', ['train', 'val', 'test'])
def test_every_layout_gives_the_same(request, layout, split, expected_fer2013):
    root = request.getfixturevalue(layout)
    dataset = FER2013(str(root), split, pipeline=[{'type': 'LoadFace'}])
    extra = layout != 'fer_csv' and split == 'train'  # the unnamed image, which FER2013 has and FERPlus has not
    found = sorted(dataset.classes[label] for label in dataset.get_gt_labels())
    assert found == sorted(expected_fer2013[split] + ['anger'] * extra)
    assert greys(dataset) == sorted([*range(5, 205, 20), *[0] * extra])
    assert dataset[0]['img'].shape == (48, 48, 3)
    assert {'fer_csv': 'csv fer2013.csv', 'fer_folders': f'folder {split}', 'fer_zips': f'zip archive {split}.zip'}[
        layout
    ] in dataset.summary


def test_the_copy_with_two_folders_keeps_public_and_private_test_apart(fer_folders, tmp_path):
    for split, prefix in (('train', 'Training'), ('val', 'PublicTest'), ('test', 'PrivateTest')):
        for path in (fer_folders / split).rglob('fer*.png'):
            target = tmp_path / ('train' if split == 'train' else 'test') / path.parent.name / f'{prefix}_{path.name[3:]}'
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    assert [len(FER2013(str(tmp_path), split)) for split in ('train', 'val', 'test')] == [10, 10, 10]
    assert 'PublicTest_' in FER2013(str(tmp_path), 'val').get_data_info(0)['img_path']


def test_errors_name_file_and_line(fer_csv, fer_folders, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no split 'train' of FER2013 there. Expected fer2013.csv"):
        FER2013(str(tmp_path))
    shutil.copytree(fer_folders / 'train', tmp_path / 'train')
    with pytest.raises(FileNotFoundError, match=r"no split 'val'"):
        FER2013(str(tmp_path), 'val')
    (tmp_path / 'train/angry').rename(tmp_path / 'train/bored')
    with pytest.raises(ValueError, match=r"bored/fer0000000.png: the folder 'bored' is no class, expected 0 to 6"):
        FER2013(str(tmp_path))

    good = (fer_csv / 'fer2013.csv').read_text().split('\n')
    csv_file = tmp_path / 'fer2013.csv'
    for line, bad, message in (
        (3, '9' + good[2][1:], "line 3: emotion is '9', expected 0 to 6"),
        (4, good[3].replace(' ', '', 1), 'line 4: expected 2304 numbers'),
        (5, good[4].replace('65 ', '650 '), 'line 5: expected 2304 numbers from 0 to 255'),
        (6, good[5].replace('Training', 'Train'), "line 6: Usage is 'Train', expected one of Training"),
        (1, 'emotion,pixels', "line 1: no column 'Usage'"),
    ):
        csv_file.write_text('\n'.join([*good[: line - 1], bad, *good[line:]]))
        with pytest.raises(ValueError, match=message):
            FER2013(str(tmp_path))


def test_damaged_archives_are_named(fer_zips, tmp_path):
    (tmp_path / 'train.zip').write_bytes(b'PK nothing')
    with pytest.raises(ValueError, match=r'train.zip: damaged or no zip archive'):
        FER2013(str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r'gone.png: the archive has no such member'):
        read_bytes(f'{fer_zips}/val.zip/angry/gone.png')
    with pytest.raises(FileNotFoundError, match=r'none.zip: no such folder or archive'):
        read_bytes(f'{fer_zips}/none.zip/angry/gone.png')
    content = bytearray((fer_zips / 'test.zip').read_bytes())
    content[content.find(b'IDAT') + 8] ^= 255
    (tmp_path / 'test.zip').write_bytes(content)
    dataset = FER2013(str(tmp_path), 'test', pipeline=[{'type': 'LoadFace'}])
    with pytest.raises(ValueError, match=r'test.zip/.*png: damaged in its archive'):
        [dataset[i] for i in range(len(dataset))]


def test_a_folder_may_be_called_like_an_archive(tmp_path, fer_folders):
    shutil.copytree(fer_folders, tmp_path / 'copy.zip')
    assert FER2013(str(tmp_path / 'copy.zip'), 'val', pipeline=[{'type': 'LoadFace'}])[0]['img'].shape == (48, 48, 3)


def test_archives_are_read_right_by_workers(fer_zips):
    dataset = FER2013(str(fer_zips), 'val', pipeline=[{'type': 'LoadFace'}, {'type': 'PackFace'}])
    expected = [int(dataset[i]['inputs'][0, 0, 0]) for i in range(10)]  # opens the archive in this process first
    loader = torch.utils.data.DataLoader(dataset, batch_size=5, num_workers=2, multiprocessing_context='fork', collate_fn=pseudo_collate)
    found = [int(img[0, 0, 0]) for batch in loader for img in batch['inputs']]
    assert found == expected


def test_pickled_datasets_read_on(fer_zips):
    dataset = FER2013(str(fer_zips), 'val', pipeline=[{'type': 'LoadFace'}])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(dataset))[3]['img'], dataset[3]['img'])


def test_compressed_archives_are_read_too(fer_folders, tmp_path):
    with zipfile.ZipFile(tmp_path / 'val.zip', 'w', zipfile.ZIP_DEFLATED) as archive:
        for path in (fer_folders / 'val').rglob('*.png'):
            archive.write(path, f'inner/{path.relative_to(fer_folders / "val")}')
    assert greys(FER2013(str(tmp_path), 'val', pipeline=[{'type': 'LoadFace'}])) == list(range(5, 205, 20))


def test_official_sizes(shared):
    sizes = [len(FER2013(str(shared / 'data/fer2013'), split)) for split in ('train', 'val', 'test')]
    assert sizes == [28709, 3589, 3589]


def test_empty_lines_are_counted_as_lines(fer_csv, tmp_path):
    head, first, second, *others = (fer_csv / 'fer2013.csv').read_text().splitlines()
    csv_file = tmp_path / 'fer2013.csv'
    csv_file.write_text('\n'.join([head, '', first, '', second, *others]))
    plain, dataset = FER2013(str(fer_csv)), FER2013(str(tmp_path))
    names = [[Path(data.get_data_info(i)['img_path']).name for i in range(len(data))] for data in (plain, dataset)]
    assert names[0] == names[1]
    csv_file.write_text('\n'.join([head, '', first, '', '9' + second[1:], *others]))
    with pytest.raises(ValueError, match=r"fer2013.csv, line 5: emotion is '9'"):
        FER2013(str(tmp_path))


def test_states_how_its_faces_are_cropped(fer_csv: Path) -> None:
    assert stored_aligner({'dataset_meta': FER2013(str(fer_csv)).metainfo}) == dict(type='FER2013Aligner', size=48)
