from mmpretrain.structures import DataSample

from ofer.engine.finite import files_of


def test_files_of_a_batch() -> None:
    samples = [DataSample(metainfo={'img_path': 'a.png'}), DataSample()]
    assert files_of({'inputs': None, 'data_samples': samples}) == ['a.png']
    assert files_of({'inputs': None}) == files_of([1]) == []
