import torch
from mmpretrain.structures import DataSample

from ofer.engine.finite import files_of
from ofer.structures import FaceSample, FaceSamples


def test_files_of_a_batch() -> None:
    samples = [DataSample(metainfo={'img_path': 'a.png'}), DataSample()]
    assert files_of({'inputs': None, 'data_samples': samples}) == ['a.png']
    assert files_of({'inputs': None}) == files_of([1]) == []


def test_files_of_a_batch_with_columns() -> None:
    samples = FaceSamples([FaceSample(metainfo={'img_path': name}) for name in ('a.png', 'b.png')], {'gt_label': torch.zeros(2, 1)})
    assert files_of({'inputs': None, 'data_samples': samples}) == ['a.png', 'b.png']
