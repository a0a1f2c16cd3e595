"""What is said of a training's data before its first step."""

import logging

import pytest
import torch
from mmengine.dataset import InfiniteSampler
from torch import nn
from torch.utils.data import DataLoader, Dataset

from ofer.engine.loaders import check_batches, check_classes, drop_lone_image
from ofer.engine.runner import Runner


class Numbers(Dataset):
    """Numbers as images of as many classes as are named."""

    def __init__(self, count: int, classes: str = 'ab') -> None:
        self.count = count
        self.metainfo = {'classes': tuple(classes)}

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> int:
        return index


class Classifier(nn.Module):
    """Of two classes, with a normalisation over the batch."""

    def __init__(self, norm: type[nn.Module] = nn.BatchNorm1d) -> None:
        super().__init__()
        self.norm = norm(4)
        self.head = nn.Module()
        self.head.num_classes = 2


LOG = logging.getLogger('test_loaders')


def test_without_workers_what_only_they_need_is_left_out() -> None:
    config = dict(dataset=Numbers(4), sampler=dict(type='DefaultSampler', _scope_='mmengine'), batch_size=2, num_workers=0)
    of_workers = dict(persistent_workers=True, prefetch_factor=4, timeout=5, multiprocessing_context='spawn')
    loader = Runner.build_dataloader(config | of_workers)
    assert len(list(loader)) == 2
    assert not loader.persistent_workers
    kept = Runner.build_dataloader(config | dict(num_workers=1, persistent_workers=True, prefetch_factor=4))
    assert kept.persistent_workers
    assert kept.prefetch_factor == 4


@pytest.mark.parametrize('infinite', [False, True])
def test_fewer_images_than_a_batch_are_refused(infinite: bool) -> None:
    data = Numbers(12)
    loader = DataLoader(data, batch_size=64, drop_last=True, sampler=InfiniteSampler(data) if infinite else None)
    with pytest.raises(ValueError, match=r'12 images make no batch of batch_size=64.*batch_size to 12 or less.*drop_last=False'):
        check_batches('train_dataloader', loader)
    check_batches('train_dataloader', DataLoader(data, batch_size=64))


def test_a_last_batch_of_one_is_left_out_and_said(caplog: pytest.LogCaptureFixture) -> None:
    loader = DataLoader(Numbers(21), batch_size=20)
    with caplog.at_level(logging.INFO, LOG.name):
        drop_lone_image(loader, Classifier(), LOG)
    assert len(loader) == len(list(loader)) == 1
    assert '21 images in batches of 20' in caplog.text


@pytest.mark.parametrize(
    ('count', 'norm'), [(22, nn.BatchNorm1d), (1, nn.BatchNorm1d), (21, nn.LayerNorm)], ids=['two', 'only one', 'no batch norm']
)
def test_other_last_batches_stay(count: int, norm: type[nn.Module]) -> None:
    loader = DataLoader(Numbers(count), batch_size=20)
    length = len(loader)
    drop_lone_image(loader, Classifier(norm), LOG)
    assert len(loader) == length


def test_a_frozen_normalisation_takes_a_single_image() -> None:
    model = Classifier().requires_grad_(False)
    loader = DataLoader(Numbers(21), batch_size=20)
    drop_lone_image(loader, model, LOG)
    assert len(loader) == 2


@pytest.mark.parametrize('classes', ['a', 'abc'])
def test_another_number_of_classes_is_refused(classes: str) -> None:
    with pytest.raises(
        ValueError, match=rf'val_dataloader: the data set has {len(classes)} classes .*model 2 outputs.*model\.head\.num_classes'
    ):
        check_classes('val_dataloader', DataLoader(Numbers(4, classes)), Classifier())


def test_models_and_data_without_classes_are_not_checked() -> None:
    check_classes('train_dataloader', DataLoader(Numbers(4, 'abc')), nn.Linear(2, 2))
    check_classes('train_dataloader', DataLoader(torch.utils.data.TensorDataset(torch.zeros(4))), Classifier())
    check_classes('train_dataloader', DataLoader(Numbers(4)), Classifier())
