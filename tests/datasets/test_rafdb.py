import shutil

import numpy as np
import pytest

from ofer.categories import EXPRESSIONS_7
from ofer.datasets import RAFDB
from ofer.datasets.rafdb import folder_codes
from ofer.registry import DATASETS


def names(dataset) -> list[str]:
    return [dataset.classes[label] for label in dataset.get_gt_labels()]


def as_folders(rafdb_list, root, train: str, test: str, folder_names) -> None:
    """Sort the fixture's images into a folder a class."""
    for line in (rafdb_list / 'EmoLabel/list_patition_label.txt').read_text().split('\n')[:-1]:
        file, label = line.replace('.jpg', '_aligned.jpg').split()
        target = root / (train if file.startswith('train') else test) / folder_names[int(label) - 1]
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(rafdb_list / 'Image/aligned' / file, target)


def test_list_counts_from_one_and_is_read_into_the_library_order(rafdb_list):
    train = DATASETS.build({'type': 'RAFDB', 'data_root': str(rafdb_list), 'split': 'train'})
    assert train.metainfo['classes'] == EXPRESSIONS_7
    assert names(train) == list(EXPRESSIONS_7) * 2
    assert train.get_data_info(3)['img_path'].endswith('Image/aligned/train_00003_aligned.jpg')
    assert 'list_patition_label.txt' in train.summary
    assert 'surprise 2, fear 2' in train.summary


def test_images_without_a_line_are_counted(rafdb_list, tmp_path):
    copy = tmp_path / 'copy'
    shutil.copytree(rafdb_list, copy)
    file = next(copy.rglob('list_patition_label.txt'))
    lines = file.read_text().splitlines()
    file.write_text('\n'.join(line for line in lines if 'train_00001' not in line and 'train_00004' not in line))
    assert 'left out: not in the list 2' in RAFDB(str(copy), 'train').summary
    assert 'left out' not in RAFDB(str(copy), 'test').summary


def test_validation_is_the_test_split(rafdb_list):
    val, test = (RAFDB(str(rafdb_list), split) for split in ('val', 'test'))
    assert len(val) == 7
    assert [val.get_data_info(i)['img_path'] for i in range(7)] == [test.get_data_info(i)['img_path'] for i in range(7)]


@pytest.mark.parametrize(
    ('train', 'test', 'folder_names'),
    [
        ('train', 'test', tuple('1234567')),
        ('train', 'valid', tuple('0123456')),
        ('Training', 'val', ('Surprised', 'fear', 'disgusted', 'happy', 'sad', 'angry', 'neutral')),
    ],
)
def test_folders(rafdb_list, tmp_path, train, test, folder_names):
    as_folders(rafdb_list, tmp_path, train, test, folder_names)
    for split, size in (('train', 14), ('val', 7), ('test', 7)):
        dataset = RAFDB(str(tmp_path), split)
        assert len(dataset) == size
        for i in range(size):
            info = dataset.get_data_info(i)
            number = int(info['img_path'].rsplit('_', 2)[1])
            assert dataset.classes[info['gt_label']] == EXPRESSIONS_7[number % 7]
        assert f'folder {train if split == "train" else test}' in dataset.summary


def test_folder_numbers_must_show_where_they_count_from():
    assert folder_codes({'1', '7'})['1'] == 'surprise'
    assert folder_codes({'0', '6'})['6'] == 'neutral'
    assert folder_codes({'happy', '7'}) == {'7': 'neutral'}
    for ambiguous in ({'1', '2'}, {'0', '7'}, {'1', 'happy'}, {''}):
        assert folder_codes(ambiguous) == {}


def test_a_list_with_a_header_and_as_csv(rafdb_list, tmp_path):
    copy = tmp_path / 'copy'
    shutil.copytree(rafdb_list, copy)
    list_file = copy / 'EmoLabel/list_patition_label.txt'
    text = list_file.read_text()
    list_file.write_text('image label\n' + text)
    assert names(RAFDB(str(copy))) == names(RAFDB(str(rafdb_list)))
    list_file.unlink()
    (copy / 'list_partition_label.csv').write_text('image;label\n' + text.replace(' ', ';'))
    assert names(RAFDB(str(copy))) == names(RAFDB(str(rafdb_list)))
    (copy / 'list_partition_label.csv').write_text(text.replace(' ', ';') + 'image;label\n')
    with pytest.raises(ValueError, match=r'line 22: .image;label'):
        RAFDB(str(copy))


def test_errors_name_the_file_and_what_to_do(rafdb_list, tmp_path):
    with pytest.raises(FileNotFoundError, match=r'nowhere: no such folder. RAFDB is not downloaded'):
        RAFDB(str(tmp_path / 'nowhere'))
    with pytest.raises(FileNotFoundError, match=r'neither EmoLabel/list_patition_label.txt nor a folder train'):
        RAFDB(str(tmp_path))
    with pytest.raises(ValueError, match=r"split='dev': expected one of train, val, test"):
        RAFDB(str(rafdb_list), 'dev')

    copy = tmp_path / 'copy'
    shutil.copytree(rafdb_list, copy)
    list_file = copy / 'EmoLabel/list_patition_label.txt'
    (copy / 'Image/aligned/train_00002_aligned.jpg').unlink()
    with pytest.raises(FileNotFoundError, match=r'1 of 14 images are missing, the first is train_00002_aligned.jpg. Copy them again'):
        RAFDB(str(copy))
    good = list_file.read_text()
    for bad in ('train_00005.jpg 8', 'train_00005.jpg', 'photo.jpg 3', 'train_00005.jpg happy'):
        list_file.write_text(good.replace('train_00005.jpg 6', bad))
        with pytest.raises(ValueError, match=rf'list_patition_label.txt, line 6: .{bad}., expected "train_00001.jpg 5"'):
            RAFDB(str(copy))
    list_file.write_text(good.rstrip() + '\ntrain_00005.jpg 2\n')
    with pytest.raises(ValueError, match=r'line 22: train_00005.jpg has the label 2, and another one above'):
        RAFDB(str(copy))
    list_file.write_text(good)
    shutil.rmtree(copy / 'Image')
    with pytest.raises(FileNotFoundError, match=r'no folder or archive Image/aligned'):
        RAFDB(str(copy))


def test_a_part_can_be_taken_and_a_broken_image_is_not_replaced_by_another(rafdb_list, tmp_path):
    assert len(RAFDB(str(rafdb_list), indices=5)) == 5
    shutil.copytree(rafdb_list, tmp_path / 'copy')
    (tmp_path / 'copy/Image/aligned/train_00001_aligned.jpg').write_bytes(b'no image')
    dataset = RAFDB(str(tmp_path / 'copy'), pipeline=[{'type': 'LoadFace'}])
    assert dataset[0]['img'].shape == (100, 100, 3)
    with pytest.raises(ValueError, match=r'train_00001_aligned.jpg: damaged or no image \(8 bytes\). Copy the file again'):
        dataset[1]
    nothing = RAFDB(str(rafdb_list), pipeline=[lambda results: None])
    with pytest.raises(ValueError, match=r'the transform function returns None'):
        nothing[0]


def test_colour_order_is_rgb_through_the_published_pipeline(rafdb_list):
    pipeline = [
        {'type': 'LoadFace'}, {'type': 'RandomFlip', 'prob': 0.5}, {'type': 'Resize', 'scale': 224},
        {'type': 'RandomErasing', 'erase_prob': 0.0}, {'type': 'PackFace'},
    ]  # fmt: skip
    packed = RAFDB(str(rafdb_list), pipeline=pipeline)[0]
    assert packed['inputs'].shape == (3, 224, 224)
    red, green, blue = packed['inputs'].float().mean((1, 2))
    assert abs(red - 200) < 4
    assert abs(green - 30) < 4
    assert abs(blue - 30) < 4


def test_occlusion_and_pose_lists_select_from_the_test_split(rafdb_list, tmp_path):
    occluded = tmp_path / 'rafdb_occlusion_list.txt'
    occluded.write_text('test_0003_aligned 3 2\r\ntest_0005_aligned 5 4\r\ntest_0003_aligned 3 2\r\ntest_9999_aligned 0 1\r\n')
    dataset = RAFDB(str(rafdb_list), 'test', subset={'list_file': str(occluded)})
    assert '2 matched of 3 listed in rafdb_occlusion_list.txt (4 lines, 1 repeated)' in dataset.summary
    assert [dataset.get_data_info(i)['occlusion_type'] for i in range(2)] == [2, 4]
    assert names(dataset) == ['happiness', 'anger']
    turned = tmp_path / 'val_raf_db_list.txt'
    turned.write_text('0/test_0000_aligned.jpg\n6/test_0006_aligned.jpg\n')
    dataset = RAFDB(str(rafdb_list), 'test', subset={'list_file': str(turned), 'labels': 'dataset'})
    assert '2 matched of 2 listed' in dataset.summary
    np.testing.assert_array_equal(dataset.get_gt_labels(), [0, 6])
    assert 'occlusion_type' not in dataset.get_data_info(0)
