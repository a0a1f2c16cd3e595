import pytest
import torch

from ofer.models.layers.input_format import InputFormat
from ofer.registry import MODELS
from ofer.structures import FaceSample, stacked

NORMAL = dict(mean=[127.5] * 3, std=[127.5] * 3, num_classes=8)
BLACK = dict(type='BatchErasing', prob=1.0, size=(1.0, 1.0), fills=('black',))


def build(*augmentations: dict) -> torch.nn.Module:
    return MODELS.build(dict(type='FacePreprocessor', augmentations=augmentations, **NORMAL))


def data(channels: int = 1) -> dict:
    samples = [FaceSample().set_gt_label(i) for i in range(2)]
    return {'inputs': torch.full((2, channels, 8, 8), 255, dtype=torch.uint8), 'data_samples': samples}


@pytest.mark.parametrize('channels', [1, 3])
def test_images_are_normalised_and_become_rgb(channels):
    result = build(BLACK)(data(channels), training=False)
    assert result['inputs'].shape == (2, 3, 8, 8)
    assert bool((result['inputs'] == 1).all())
    assert 'gt_occlusion' not in result['data_samples'][0]


def test_training_augments_before_it_normalises_and_marks_what_is_covered():
    result = build(BLACK)(data(), training=True)
    assert bool((result['inputs'] == -1).all())
    assert bool(result['data_samples'][1].gt_occlusion.all())
    plain = build()(data(), training=True)
    assert bool((plain['inputs'] == 1).all())
    assert 'gt_occlusion' not in plain['data_samples'][0]


def test_unknown_order_of_channels():
    with pytest.raises(ValueError, match='choose rgb or bgr'):
        MODELS.build(dict(type='FacePreprocessor', channel_order='gbr', **NORMAL))


def test_known_occlusion_is_kept():
    given = data()
    for sample in given['data_samples']:
        mask = torch.zeros(8, 8, dtype=torch.bool)
        mask[:4] = True
        sample.gt_occlusion = mask
    result = build(dict(type='BatchAffine', flip=1.0, degrees=0.0, scale=(1.0, 1.0), translate=0.0))(given, training=True)
    assert torch.equal(result['data_samples'][0].gt_occlusion, mask)


def test_landmarks_move_with_the_image():
    given = data()
    for sample in given['data_samples']:
        sample.gt_landmarks = torch.full((68, 2), 0.25)
    mirror = dict(type='BatchAffine', flip=1.0, degrees=0.0, scale=(1.0, 1.0), translate=0.0)
    result = build(mirror)(given, training=True)
    torch.testing.assert_close(result['data_samples'][1].gt_landmarks, torch.tensor([0.75, 0.25]).expand(68, 2))


def test_maps_are_not_left_behind():
    given = data()
    given['data_samples'][0].gt_parsing = torch.zeros(8, 8)
    with pytest.raises(ValueError, match='gt_parsing'):
        build(BLACK)(given, training=True)


def test_without_samples_images_are_augmented_all_the_same():
    assert bool((build(BLACK)({'inputs': data()['inputs']}, training=True)['inputs'] == -1).all())


def test_colours_can_be_taken_away():
    preprocessor = MODELS.build(dict(type='FacePreprocessor', grey=True, **NORMAL))
    red = torch.tensor([255, 0, 0], dtype=torch.uint8).view(1, 3, 1, 1).expand(2, 3, 8, 8)
    result = preprocessor({'inputs': red})['inputs']
    torch.testing.assert_close(result, torch.full((2, 3, 8, 8), (0.299 * 255 - 127.5) / 127.5))
    white = preprocessor(data(1) | {'data_samples': None})['inputs']
    torch.testing.assert_close(white, torch.ones(2, 3, 8, 8))


def test_truth_and_holes_of_samples_are_augmented_too():
    given = data(3)
    for sample in given['data_samples']:
        sample.gt_image = torch.arange(8, dtype=torch.uint8).expand(3, 8, 8)
        sample.hole = (torch.arange(8) < 2).expand(8, 8)
    mirror = dict(type='BatchAffine', flip=1.0, degrees=0.0, scale=(1.0, 1.0), translate=0.0)
    sample = build(mirror)(given, training=True)['data_samples'][1]
    assert torch.equal(sample.gt_image, torch.arange(8, dtype=torch.uint8).flip(0).expand(3, 8, 8))
    assert torch.equal(sample.hole, (torch.arange(8) >= 6).expand(8, 8))


def test_holes_and_truth_are_made_for_grey_images():
    result = build(dict(type='KeepTruth'), BLACK, dict(type='BatchHole', grid=2))(data(1), training=True)
    sample = result['data_samples'][0]
    assert sample.gt_image.shape == (3, 8, 8)
    assert sample.gt_image.dtype == torch.uint8
    assert bool((sample.gt_image == 255).all())
    assert bool(sample.hole.all())
    assert bool((result['inputs'] == -1).all())


def test_faces_with_and_without_an_occluder_in_one_batch():
    """Either may come first: the others are whole, and their own truth."""
    for first in (0, 1):
        given = data(channels=3)
        occluded = given['data_samples'][first]
        occluded.gt_occlusion, occluded.gt_image = torch.ones(8, 8).bool(), torch.full((3, 8, 8), 200, dtype=torch.uint8)
        result = build(dict(type='KeepTruth'))(given, training=True)['data_samples']
        assert [bool(sample.gt_occlusion.all()) for sample in result] == [index == first for index in range(2)]
        assert [int(sample.gt_image.max()) for sample in result] == [200 if index == first else 255 for index in range(2)]


def test_landmarks_of_some_faces_alone_are_refused():
    given = data()
    given['data_samples'][1].gt_landmarks = torch.full((68, 2), 0.25)
    with pytest.raises(ValueError, match='sample 0 has no gt_landmarks, and other faces of its batch have'):
        build(BLACK)(given, training=True)


@pytest.mark.parametrize('as_list', [True, False])
def test_grey_faces_for_lists_and_for_tensors(as_list):
    red = torch.zeros(2, 3, 4, 4, dtype=torch.uint8)
    red[:, 0] = 200
    network = MODELS.build(dict(type='FacePreprocessor', grey=True, **NORMAL))
    result = network({'inputs': list(red) if as_list else red, 'data_samples': data()['data_samples']})['inputs']
    assert torch.allclose(result, torch.full_like(result, (0.299 * 200 - 127.5) / 127.5), atol=0.01)
    pixels = red.float() / 255
    assert torch.allclose(InputFormat.of(network, 'it').convert(pixels), result, atol=0.01)


def test_what_is_missing_is_made_for_mixed_batches_alone_and_where_it_is_made():
    samples = [FaceSample(gt_occlusion=torch.ones(2, 2).bool()), FaceSample()]
    assert stacked(samples[:1], 'gt_occlusion', lambda: pytest.fail('made for nothing')).shape == (1, 2, 2)
    assert stacked(samples, 'hole', lambda: pytest.fail('made for nothing')) is None
    assert stacked(samples, 'gt_occlusion', lambda: torch.zeros(2, 2, 2, device='meta')).device.type == 'meta'  # as a GPU
