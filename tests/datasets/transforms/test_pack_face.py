import numpy as np
import pytest
import torch

from ofer.datasets.transforms import PackFace
from ofer.datasets.transforms.geometry import check_geometry
from ofer.registry import TRANSFORMS
from ofer.structures import FaceSample


def face(size: int = 6) -> dict:
    draw = np.random.default_rng(0)
    return {
        'img': draw.integers(0, 256, (size, size, 3), dtype=np.uint8),
        'img_path': 'a.zip/b.png', 'sample_idx': 3, 'ori_shape': (9, 9), 'img_shape': (9, 9), 'gt_label': 2,
        'gt_score': np.array([0.2, 0.0, 0.8], dtype=np.float32),
        'gt_landmarks': draw.random((68, 2)), 'gt_parsing': draw.integers(0, 11, (size, size), dtype=np.uint8),
        'gt_occlusion': draw.random((size, size)) > 0.5, 'occlusion_type': 1,
    }  # fmt: skip


def test_everything_known_of_a_face_is_packed():
    given = face()
    packed = TRANSFORMS.build({'type': 'PackFace'})(given)
    np.testing.assert_array_equal(packed['inputs'].numpy(), given['img'].transpose(2, 0, 1))
    assert packed['inputs'].dtype == torch.uint8
    sample = packed['data_samples']
    assert type(sample) is FaceSample
    assert sample.gt_label.tolist() == [2]
    assert sample.gt_landmarks.dtype == torch.float32
    assert sample.gt_landmarks.shape == (68, 2)
    assert sample.gt_parsing.dtype == torch.int64
    assert sample.gt_occlusion.dtype == torch.bool
    assert sample.img_shape == (6, 6)
    assert sample.ori_shape == (9, 9)
    assert sample.to_dict()['occlusion_type'] == 1


def test_labels_that_were_left_behind_are_refused():
    with pytest.raises(ValueError, match=r'gt_parsing is \(6, 6\) and the image \(12, 12\)'):
        PackFace()(face() | {'img': np.zeros((12, 12, 3), dtype=np.uint8)})


@pytest.mark.parametrize(
    'config',
    [
        {'type': 'RandomFlip', 'prob': 0.5},
        {'type': 'torchvision/RandomAffine', 'degrees': 10},
        {'type': 'RandomResizedCrop', 'scale': 48},
    ],
)
def test_pipelines_that_would_leave_labels_behind_are_refused(config):
    transform = TRANSFORMS.build(config)
    check_geometry([transform])
    with pytest.raises(ValueError, match=r'leaves gt_landmarks behind'):
        check_geometry([transform], ('gt_landmarks',))
    check_geometry([TRANSFORMS.build({'type': 'FlipFace'}), TRANSFORMS.build({'type': 'RandomErasing'})], ('gt_landmarks',))
    block = TRANSFORMS.build({'type': 'BlockOcclusion', 'ratio': 0.1})
    check_geometry([transform, block])
    with pytest.raises(ValueError, match=r'leaves gt_occlusion, gt_image behind. Put it before'):
        check_geometry([block, transform])


def test_transforms_of_projects_that_move_the_image_are_known_by_their_own_word():
    class Moved:
        MOVES_IMAGE = True

        def __call__(self, results: dict) -> dict:
            return results

    check_geometry([Moved()])
    with pytest.raises(ValueError, match='Moved moves the image and leaves gt_landmarks behind'):
        check_geometry([Moved()], ('gt_landmarks',))
