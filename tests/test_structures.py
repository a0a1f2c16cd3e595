from multiprocessing.reduction import ForkingPickler

import pytest
import torch

from ofer.structures import FaceSample, FaceSamples, set_stacked, stacked


def test_a_sample_crosses_processes_whole_and_without_shared_memory():
    sample = FaceSample(metainfo=dict(img_path='a.png')).set_gt_label(3)
    sample.gt_landmarks = torch.rand(68, 2)
    sample.gt_occlusion = torch.zeros(4, 4, dtype=torch.bool)
    pickled = bytes(ForkingPickler.dumps(sample))
    assert b'rebuild_storage' not in pickled
    copy = ForkingPickler.loads(pickled)
    assert copy.gt_label.item() == 3
    assert copy.img_path == 'a.png'
    assert set(copy.keys()) == set(sample.keys())
    torch.testing.assert_close(copy.gt_landmarks, sample.gt_landmarks)
    assert copy.gt_occlusion.dtype == torch.bool


def batch() -> FaceSamples:
    samples = [FaceSample(metainfo=dict(img_path=f'{i}.png')) for i in range(3)]
    return FaceSamples(samples, {'gt_label': torch.tensor([[4], [5], [6]]), 'gt_score': torch.eye(3)})


def test_the_samples_of_a_batch_are_read_like_a_list():
    samples = batch()
    assert len(samples) == 3
    assert [sample.gt_label.item() for sample in samples] == [4, 5, 6]
    assert samples[1].img_path == samples[1:][0].img_path == '1.png'
    assert samples[-1].gt_score.tolist() == [0, 0, 1]
    assert set(samples[0].keys()) == {'gt_label', 'gt_score'}
    assert [sample.img_path for sample in FaceSamples(samples.samples, {})] == ['0.png', '1.png', '2.png']


def test_what_is_set_in_one_reading_is_not_in_the_next():
    samples = batch()
    samples[0].set_pred_label(1)
    assert 'pred_label' not in samples[0]
    assert 'gt_label' not in samples.samples[0]


@pytest.mark.parametrize('kind', [list, lambda samples: samples], ids=['list', 'batch'])
def test_a_field_of_all_samples(kind):
    samples = kind(batch())
    assert torch.equal(stacked(samples, 'gt_score'), torch.eye(3))
    assert stacked(samples, 'hole') is None
    set_stacked(samples, 'hole', torch.arange(12).view(3, 2, 2) > 5)
    assert [int(sample.hole.sum()) for sample in samples] == [0, 2, 4]
    assert stacked(samples, 'hole').shape == (3, 2, 2)


def test_an_empty_batch_has_no_field():
    assert stacked([], 'gt_label') is None
    assert stacked(FaceSamples([], {}), 'gt_label') is None
