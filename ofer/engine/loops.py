"""Training loops that can be resumed within an epoch, with results equal to those of an uninterrupted run.

They replace the two loops of mmengine, see :class:`ofer.engine.hooks.ResumableHook`. Batches are replayed, each step starts from generators
seeded by its place in the training (:mod:`ofer.engine.resuming.randomness`), and gradients are not accumulated over the end of an epoch:
the last step of an epoch may accumulate fewer batches.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from typing import Any

from mmengine.dist import get_rank
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner import BaseLoop, EpochBasedTrainLoop, IterBasedTrainLoop

from ofer.engine.finite import NonFiniteLossError
from ofer.engine.resuming.randomness import STEP, seed_process
from ofer.engine.resuming.replay import ReplayedLoader
from ofer.engine.resuming.signals import StopSignals


def resumable(loop: BaseLoop) -> BaseLoop:
    """The resumable counterpart of a loop of mmengine; other loops are returned unchanged."""
    kinds: dict[type, type] = {EpochBasedTrainLoop: ResumableEpochLoop, IterBasedTrainLoop: ResumableIterLoop}
    return kinds[type(loop)](loop) if type(loop) in kinds else loop


def gradients_pending(wrapper: Any) -> bool:
    """Whether there are accumulated gradients without a step, which a checkpoint cannot hold."""
    return any(not part.should_update() for part in _parts(wrapper))


class ResumableEpochLoop(EpochBasedTrainLoop):
    """mmengine's loop over epochs, which may be entered at ``done`` batches of an epoch.

    Args:
        loop: has not run yet; its settings are taken over.
    """

    def __init__(self, loop: EpochBasedTrainLoop) -> None:
        self.__dict__.update(vars(loop))
        self.done = 0
        self.stop = StopSignals()

    def run(self) -> Any:
        self.batches = ReplayedLoader(self.dataloader, self.runner.seed)
        with self.stop:
            return super().run()

    def run_epoch(self) -> None:
        _seed_step(self)
        self._count_accumulation()
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        for number, batch in enumerate(self.batches.epoch(self._epoch, self.done), self.done):
            self.run_iter(number, batch)
        _seed_step(self)  # hooks may draw, also if the run continues after the last step of the epoch
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1
        self.done = 0

    def run_iter(self, idx: int, data_batch: Any) -> None:
        self.done = idx + 1
        with _step(self, before=idx):
            super().run_iter(idx, data_batch)

    def validation_due(self) -> bool:
        """Whether a validation follows the last step."""
        due = self._epoch % self.val_interval == 0 or self._epoch == self._max_epochs
        return not self.done and self._epoch >= max(self.val_begin, 1) and due

    def _count_accumulation(self) -> None:
        length = len(self.dataloader)
        for part in _parts(self.runner.optim_wrapper):
            if length % part._accumulative_counts:
                part.initialize_count_status(self.runner.model, self.done, length)


class ResumableIterLoop(IterBasedTrainLoop):
    """mmengine's loop over iterations, which may be entered at any of them.

    Args:
        loop: has not run yet; its settings are taken over.
    """

    def __init__(self, loop: IterBasedTrainLoop) -> None:
        self.__dict__.update(vars(loop))
        self.done = 0  # the number of the iteration is the whole state
        self.stop = StopSignals()
        self.dataloader._iterator = None  # with the workers that mmengine's loop has started

    def run(self) -> Any:
        self.batches = ReplayedLoader(self.dataloader, self.runner.seed)
        # mmengine's loop drops as many as it has made iterations.
        self.dataloader_iterator = chain(repeat(None, self._iter), self.batches.forever(self._iter))
        _seed_step(self)
        with self.stop:
            return super().run()

    def run_iter(self, data_batch: Any) -> None:
        with _step(self, before=0):
            super().run_iter(data_batch)

    def validation_due(self) -> bool:
        """Whether a validation follows the last step."""
        due = self._iter % self.val_interval == 0 or self._iter == self._max_iters
        return self._iter >= max(self.val_begin, 1) and due


def _parts(wrapper: Any) -> list[OptimWrapper]:
    """The optimiser of a model, or those of its parts."""
    wrappers = wrapper.values() if isinstance(wrapper, OptimWrapperDict) else [wrapper]
    return [part for part in wrappers if isinstance(part, OptimWrapper)]


@contextmanager
def _step(loop: ResumableEpochLoop | ResumableIterLoop, before: int) -> Iterator[None]:
    """Context of one step.

    Args:
        loop: that makes it.
        before: ``loop.done`` before the step; restored if the batch is refused.
    """
    _seed_step(loop)
    wrapper = loop.runner.optim_wrapper
    whole = not gradients_pending(wrapper)
    stepped: list[bool] = []
    watches = [part.optimizer.register_step_post_hook(lambda *_: stepped.append(True)) for part in _parts(wrapper)]
    try:
        yield
    except NonFiniteLossError:
        loop.done = before
        loop.runner.call_hook('after_refused_iter', whole=whole and not stepped)
        raise
    finally:
        for watch in watches:
            watch.remove()


def _seed_step(loop: EpochBasedTrainLoop | IterBasedTrainLoop) -> None:
    seed_process(loop.runner.seed, STEP, loop.iter, get_rank())
