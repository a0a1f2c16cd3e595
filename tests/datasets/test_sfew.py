import numpy as np
import pytest

from ofer.datasets.sfew import SFEW

MEANINGS = {
    'Angry': 'anger', 'Disgust': 'disgust', 'Fear': 'fear', 'Happy': 'happiness', 'Neutral': 'neutral', 'Sad': 'sadness',
    'Surprise': 'surprise',
}  # fmt: skip


def test_folders(tmp_path):
    for folder in MEANINGS:
        for name in ('Train/{}/a.png', 'Train/{}/b.png', 'Val/{}/c.png'):
            path = tmp_path / name.format(folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    for split, each in (('train', 2), ('val', 1), ('test', 1)):
        dataset = SFEW(str(tmp_path), split)
        assert np.bincount(dataset.get_gt_labels()).tolist() == [each] * 7
        for i in range(len(dataset)):
            info = dataset.get_data_info(i)
            assert dataset.classes[info['gt_label']] == MEANINGS[info['img_path'].split('/')[-2]]


def test_errors_name_the_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'no folder or archive Val with one folder a class'):
        SFEW(str(tmp_path), 'val')
    (tmp_path / 'Train/Bored').mkdir(parents=True)
    (tmp_path / 'Train/Bored/a.png').touch()
    with pytest.raises(ValueError, match=r"Train/Bored/a.png: the folder 'Bored' is no class, expected a name: surprise"):
        SFEW(str(tmp_path))
