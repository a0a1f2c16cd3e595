from multiprocessing.reduction import ForkingPickler

import torch

from ofer.structures import FaceSample


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
