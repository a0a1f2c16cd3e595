import random
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
import torch
from mmengine.dataset import DefaultSampler, InfiniteSampler
from torch.utils.data import BatchSampler, DataLoader

from ofer.engine.resuming.replay import KeyedBatches, ReplayedLoader


class Noise:
    """Items with three kinds of noise, and the index."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.tensor([index, random.random(), np.random.rand(), float(torch.rand(()))], dtype=torch.float64)  # noqa: NPY002


def loader(workers: int = 0, sampler: type = DefaultSampler, seed: int = 3) -> ReplayedLoader:
    data = Noise()
    return ReplayedLoader(DataLoader(data, batch_size=4, sampler=sampler(data, seed=5), num_workers=workers), seed)


def taken(batches: Iterable[Any], number: int) -> list[torch.Tensor]:
    return [batch for batch, _ in zip(batches, range(number), strict=False)]


def test_an_epoch_is_the_same_with_workers_and_from_its_middle() -> None:
    whole = list(loader().epoch(1))
    assert [len(batch) for batch in whole] == [4, 4, 2]
    torch.testing.assert_close(list(loader(workers=2).epoch(1)), whole, rtol=0, atol=0)
    torch.testing.assert_close(list(loader().epoch(1, start=1)), whole[1:], rtol=0, atol=0)
    assert list(loader().epoch(1, start=3)) == []


def test_epochs_and_seeds_differ() -> None:
    one = loader()
    noise = [torch.cat(list(source.epoch(epoch)))[:, 1:] for source, epoch in ((one, 0), (one, 1), (loader(seed=4), 0))]
    assert len(torch.cat(noise).unique()) == 90
    assert not torch.equal(torch.cat(list(one.epoch(0)))[:, 0], torch.cat(list(one.epoch(1)))[:, 0])


@pytest.mark.parametrize('sampler', [DefaultSampler, InfiniteSampler])
def test_iterations_are_the_same_from_any_on(sampler: type) -> None:
    whole = taken(loader(sampler=sampler).forever(), 8)
    for start in (1, 3, 5):
        torch.testing.assert_close(taken(loader(sampler=sampler).forever(start), 8 - start), whole[start:], rtol=0, atol=0)


def test_two_processes_share_the_keys_of_one() -> None:
    order = list(range(12))
    one = [draw for batch in KeyedBatches(BatchSampler(order, 4, False), 0) for draw in batch]
    ranks = [KeyedBatches(BatchSampler(order[rank::2], 2, False), 0, rank, 2) for rank in range(2)]
    assert sorted(draw for batches in ranks for batch in batches for draw in batch) == sorted(one)


def test_a_loader_without_batches_is_refused() -> None:
    with pytest.raises(ValueError, match='set batch_size'):
        ReplayedLoader(DataLoader(Noise(), batch_size=None), 0)


class WholeBatches(Noise):
    """The same, read a batch at a time."""

    def __getitems__(self, indices: list[int]) -> torch.Tensor:
        return torch.stack([self[index] for index in indices])


def test_whole_batches_are_the_same_from_the_middle_of_an_epoch() -> None:
    data = WholeBatches()

    def epoch(start: int = 0) -> list[torch.Tensor]:
        loader = DataLoader(data, batch_size=4, sampler=DefaultSampler(data, seed=5), collate_fn=lambda batch: batch)
        return list(ReplayedLoader(loader, 3).epoch(1, start))

    whole = epoch()
    assert [len(batch) for batch in whole] == [4, 4, 2]
    assert len(torch.cat(whole)[:, 1:].unique()) == 30
    torch.testing.assert_close(epoch(1), whole[1:], rtol=0, atol=0)
