import cv2
import numpy as np
import pytest

from ofer.datasets.transforms import LoadOcclusion
from ofer.registry import TRANSFORMS


@pytest.fixture
def img_path(tmp_path):
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 30:45] = 255
    (tmp_path / 'masks/test/fear').mkdir(parents=True)
    cv2.imwrite(str(tmp_path / 'masks/test/fear/7.png'), mask)
    return str(tmp_path / 'test/fear/7.jpg')


@pytest.mark.parametrize('scale', [1, 2, 0.5])
def test_the_mask_comes_in_the_size_of_the_image(img_path, scale):
    img = np.zeros((int(40 * scale), int(60 * scale), 3), np.uint8)
    occlusion = TRANSFORMS.build({'type': 'LoadOcclusion'})({'img': img, 'img_path': img_path})['gt_occlusion']
    expected = np.zeros(img.shape[:2], bool)
    expected[int(10 * scale) : int(20 * scale), int(30 * scale) : round(45 * scale)] = True
    assert occlusion.dtype == bool
    assert occlusion.shape == expected.shape
    assert (occlusion != expected).sum() <= (0 if scale == 1 else 5)


def test_what_is_wrong_is_said(img_path):
    img = np.zeros((40, 60, 3), np.uint8)
    with pytest.raises(FileNotFoundError, match=r'masks/test/fear/8.png'):
        LoadOcclusion()({'img': img, 'img_path': img_path.replace('7', '8')})
    with pytest.raises(ValueError, match=r'expected root/split/class/name'):
        LoadOcclusion()({'img': img, 'img_path': 'fear/7.png'})
    with pytest.raises(ValueError, match=r'use FlipFace'):
        LoadOcclusion()({'img': img, 'img_path': img_path, 'flip': True})
