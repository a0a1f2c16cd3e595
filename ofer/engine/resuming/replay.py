"""The batches of an epoch from any position on, without reading the earlier ones, and equal to those of an uninterrupted epoch."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from mmengine.dataset import InfiniteSampler
from mmengine.dist import get_dist_info
from torch.utils.data import BatchSampler, DataLoader, Dataset, Sampler

from ofer.engine.resuming.randomness import SAMPLE, drawn_from
from ofer.engine.resuming.signals import shielded


class Draw(NamedTuple):
    """Which item a worker reads, and the key that its augmentation is drawn from."""

    item: int
    key: tuple[int, ...]


class SeededItems(Dataset):
    """Items of a data set, each read with generators of its own.

    Args:
        dataset: has ``__getitem__(index)``.
    """

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def __getitem__(self, draw: Draw) -> Any:
        with drawn_from(*draw.key):
            return self.dataset[draw.item]

    def __getitems__(self, draws: list[Draw]) -> Any:
        """The items of a batch; what a data set that gives whole batches draws is seeded by the key of the first."""
        if not hasattr(self.dataset, '__getitems__'):
            return [self[draw] for draw in draws]
        with drawn_from(*draws[0].key):
            return self.dataset.__getitems__([draw.item for draw in draws])

    def __len__(self) -> int:
        return len(self.dataset)


class KeyedBatches(Sampler[list[Draw]]):
    """Batches of a batch sampler from a position on, with the key of every draw.

    The key is made of ``seed``, ``epoch`` and the draw's place in the order that all processes together go through: process ``rank`` of
    ``world_size`` has every ``world_size``-th, as mmengine's samplers distribute them.

    Args:
        batches: draws the indices of this process's batches.
        seed: of the run, from 0.
        rank: of this process.
        world_size: number of processes.
    """

    def __init__(self, batches: Iterable[list[int]], seed: int, rank: int = 0, world_size: int = 1) -> None:
        self.batches = batches
        self.seed = seed
        self.rank, self.world_size = rank, world_size
        self.epoch = self.start = 0

    def __iter__(self) -> Iterator[list[Draw]]:
        place = self.rank
        for number, batch in enumerate(self.batches):
            if number >= self.start:
                keys = [(self.seed, SAMPLE, self.epoch, place + i * self.world_size) for i in range(len(batch))]
                yield [Draw(index, key) for index, key in zip(batch, keys, strict=True)]
            place += len(batch) * self.world_size


class ReplayedLoader:
    """A data loader whose epochs can be entered anywhere.

    Args:
        loader: its data set, batch sampler and workers are used; it is not iterated over itself.
        seed: of the run, from 0.

    Raises:
        ValueError: the loader makes no batches.
    """

    def __init__(self, loader: DataLoader, seed: int) -> None:
        batches: Any = loader.batch_sampler
        if batches is None:
            raise ValueError('the training data loader has no batch size, so its batches cannot be counted: set batch_size')
        self.endless = isinstance(batches, BatchSampler) and isinstance(batches.sampler, InfiniteSampler)
        if self.endless:  # it continues from its last position, and mmengine's loop has begun to draw from it
            old = batches.sampler
            batches = BatchSampler(InfiniteSampler(old.dataset, old.shuffle, old.seed), batches.batch_size, batches.drop_last)
        self.length = len(loader)
        self.keyed = KeyedBatches(batches, seed, *get_dist_info())
        self.loader = DataLoader(
            SeededItems(loader.dataset),
            batch_sampler=self.keyed,
            num_workers=loader.num_workers,
            collate_fn=loader.collate_fn,
            pin_memory=loader.pin_memory,
            timeout=loader.timeout,
            worker_init_fn=partial(shielded, loader.worker_init_fn),
            multiprocessing_context=loader.multiprocessing_context,
            generator=loader.generator,
            prefetch_factor=loader.prefetch_factor,
            persistent_workers=loader.persistent_workers,
        )

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Any]:
        """The batches of an epoch.

        Args:
            epoch: from 0.
            start: number of batches to leave out; they are not read.
        """
        sampler = getattr(self.keyed.batches, 'sampler', None)
        if hasattr(sampler, 'set_epoch'):
            sampler.set_epoch(epoch)
        self.keyed.epoch, self.keyed.start = epoch, start
        return iter(self.loader)

    def forever(self, start: int = 0) -> Iterator[Any]:
        """Batches without end, epoch after epoch, without the first ``start``."""
        epoch, start = (0, start) if self.endless else divmod(start, self.length)
        while True:
            yield from self.epoch(epoch, start)
            epoch, start = epoch + 1, 0
