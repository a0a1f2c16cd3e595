import pytest
import torch
from mmpretrain.structures import DataSample

from ofer.engine.finite import files_of, loss_sum


@pytest.mark.parametrize('bad', [float('nan'), float('inf')])
def test_the_sum_is_finite_only_if_every_loss_is(bad: float) -> None:
    losses = {'loss_cls': torch.tensor(1.0), 'loss_parts': [torch.tensor([1.0, 3.0]), torch.tensor(4.0)], 'accuracy': torch.tensor(bad)}
    assert loss_sum(losses) == 1 + 2 + 4  # the accuracy is no loss
    losses['loss_parts'][1] = torch.tensor(bad)
    assert not torch.isfinite(loss_sum(losses))


def test_files_of_a_batch() -> None:
    samples = [DataSample(metainfo={'img_path': 'a.png'}), DataSample()]
    assert files_of({'inputs': None, 'data_samples': samples}) == ['a.png']
    assert files_of({'inputs': None}) == files_of([1]) == []
