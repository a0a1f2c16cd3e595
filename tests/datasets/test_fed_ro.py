from pathlib import Path

import numpy as np
import pytest
from mmengine.registry import DefaultScope

from ofer.categories import EXPRESSIONS_7
from ofer.datasets import FEDRO
from ofer.datasets.samplers import ClassBalancedSampler
from ofer.engine.config import read_config
from ofer.registry import DATASETS
from ofer.shipped import find_config

MEANINGS = {
    'neural': 'neutral', 'disgust': 'disgust', 'fear': 'fear', 'anger': 'anger', 'happy': 'happiness', 'surprise': 'surprise',
    'sad': 'sadness',
}  # fmt: skip


@pytest.fixture
def root(tmp_path, paint) -> Path:
    """Two images an expression; the colour tells which."""
    for i, folder in enumerate(MEANINGS):
        for name in 'ab':
            paint(tmp_path / f'FED_RO_aligned/{folder}/{name}.jpg', (30 * i + 10, 0, 0))
    return tmp_path


def check(dataset: FEDRO) -> None:
    for i in range(len(dataset)):
        item = dataset[i]
        folder = dataset.get_data_info(i)['img_path'].split('/')[-2]
        assert dataset.classes[int(item['data_samples'].gt_label)] == MEANINGS[folder]
        assert float(item['inputs'][0].float().mean()) == pytest.approx(30 * list(MEANINGS).index(folder) + 10, abs=4)


PIPELINE = [{'type': 'LoadFace'}, {'type': 'PackFace'}]


def test_folders(root):
    dataset = FEDRO(str(root), 'test', pipeline=PIPELINE)
    assert np.bincount(dataset.get_gt_labels()).tolist() == [2] * 7
    check(dataset)


def test_the_list_says_which(root):
    (root / 'occlusion_emotion_dataset.txt').write_text(''.join(f'{folder}/a.jpg\r\n' for folder in MEANINGS))
    dataset = FEDRO(str(root), 'test', pipeline=PIPELINE)
    assert np.bincount(dataset.get_gt_labels()).tolist() == [1] * 7
    assert 'list occlusion_emotion_dataset.txt' in dataset.summary
    assert 'left out: not in the list 7' in dataset.summary
    check(dataset)


def test_errors_name_the_file(root, paint):
    with pytest.raises(ValueError, match=r"split='train': expected one of test"):
        FEDRO(str(root))
    list_file = root / 'occlusion_emotion_dataset.txt'
    for line in ('bored/a.jpg', 'a.jpg', 'x/sad/a.jpg'):
        list_file.write_text(f'sad/a.jpg\n{line}\n')
        with pytest.raises(ValueError, match=rf"occlusion_emotion_dataset.txt, line 2: '{line}', expected \"happy/name.jpg\""):
            FEDRO(str(root), 'test')
    list_file.write_text('sad/a.jpg\n\nfear/a.jpg\nsad/a.jpg\n')
    with pytest.raises(ValueError, match=r"occlusion_emotion_dataset.txt, line 4: 'sad/a.jpg' is in line 1 already"):
        FEDRO(str(root), 'test')
    list_file.write_text('sad/a.jpg\nsad/c.jpg\n')
    with pytest.raises(FileNotFoundError, match=r'1 of 2 images are missing, the first is sad/c.jpg'):
        FEDRO(str(root), 'test')
    list_file.unlink()
    paint(root / 'originals/sad/a.jpg')
    with pytest.raises(ValueError, match=r'sad/a.jpg is there twice, FED_RO_aligned/sad/a.jpg and originals/sad/a.jpg'):
        FEDRO(str(root), 'test')
    (root / 'originals/sad/a.jpg').unlink()
    paint(root / 'FED_RO_aligned/bored/a.jpg')
    with pytest.raises(ValueError, match=r"bored/a.jpg: the folder 'bored' is no class, expected one of: neural"):
        FEDRO(str(root), 'test')


def test_the_published_protocol_trains_on_both_sets_joined_by_names(rafdb_list, tmp_path, paint) -> None:
    """RAF-DB counts from 1 = surprise, AffectNet from 0 = neutral; joined, a name has one index whichever set an image is from."""
    for code in range(7):
        paint(tmp_path / f'affectnet/train/{code}/{code}.png')
    config = read_config(find_config('latent_ofer_fer_fedro')).train_dataloader.dataset
    raf, affect = config.datasets
    raf.data_root, affect.data_root = str(rafdb_list), str(tmp_path / 'affectnet')
    with DefaultScope.overwrite_default_scope('ofer'):
        joined = DATASETS.build(config)
    assert len(joined) == 14 + 7
    classes = joined.metainfo['classes']
    assert classes == EXPRESSIONS_7
    labels = {Path(info['img_path']).parts[-2]: classes[info['gt_label']] for info in map(joined.get_data_info, range(14, 21))}
    assert labels == dict(zip('0123456', ('neutral', 'happiness', 'sadness', 'surprise', 'fear', 'disgust', 'anger'), strict=True))
    first = joined.get_data_info(0)
    assert first['img_path'].endswith('train_00000_aligned.jpg')
    assert classes[first['gt_label']] == 'surprise'
    assert joined[20]['inputs'].shape == (3, 224, 224)
    weights = ClassBalancedSampler(joined, seed=0).weights
    np.testing.assert_allclose(weights, 1 / 21)  # each class occurs three times in both together
