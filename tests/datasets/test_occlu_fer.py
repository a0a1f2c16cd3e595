from pathlib import Path

import numpy as np
import pytest

from ofer.datasets.occlu_fer import OccluFER

MEANINGS = {
    'AN': 'anger', 'CO': 'contempt', 'DI': 'disgust', 'FE': 'fear', 'HA': 'happiness', 'NE': 'neutral', 'SA': 'sadness', 'SU': 'surprise',
}  # fmt: skip


def write_image(path: Path) -> None:
    """Empty: nothing here decodes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@pytest.mark.parametrize('num_classes', [7, 8])
def test_folders(tmp_path, num_classes):
    for folder in MEANINGS:
        for name in ('train/{}/a.jpg', 'train/{}/b.jpg', 'valid/{}/c.jpg'):
            write_image(tmp_path / name.format(folder))
    for split, each in (('train', 2), ('val', 1), ('test', 1)):
        dataset = OccluFER(str(tmp_path), split, num_classes)
        assert np.bincount(dataset.get_gt_labels()).tolist() == [each] * num_classes
        assert ('left out: contempt' in dataset.summary) == (num_classes == 7)
        for i in range(len(dataset)):
            info = dataset.get_data_info(i)
            assert dataset.classes[info['gt_label']] == MEANINGS[info['img_path'].split('/')[-2]]


def test_errors_name_the_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'no folder or archive valid with one folder a class'):
        OccluFER(str(tmp_path), 'val')
    write_image(tmp_path / 'train/XX/a.jpg')
    with pytest.raises(ValueError, match=r"train/XX/a.jpg: the folder 'XX' is no class, expected AN, CO"):
        OccluFER(str(tmp_path))
