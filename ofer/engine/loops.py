"""Training loops that go on within an epoch exactly as if they had not been stopped.

They take the place of mmengine's own two, see :class:`ofer.engine.hooks.ResumableHook`. Beside replaying the batches, each step starts from
generators seeded by where it is (:mod:`ofer.engine.randomness`), and gradients are not accumulated over the end of an epoch: where the
number of batches is no multiple, the last step of an epoch is made of fewer.
"""

from itertools import chain, repeat
from typing import Any

from mmengine.dist import get_rank
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner import BaseLoop, EpochBasedTrainLoop, IterBasedTrainLoop

from ofer.engine.finite import NonFiniteLossError
from ofer.engine.randomness import STEP, seed_process
from ofer.engine.replay import ReplayedLoader
from ofer.engine.signals import StopSignals


def resumable(loop: BaseLoop) -> BaseLoop:
    """The loop of this module that does what a loop of mmengine's does; loops of other kinds stay as they are."""
    kinds: dict[type, type] = {EpochBasedTrainLoop: ResumableEpochLoop, IterBasedTrainLoop: ResumableIterLoop}
    return kinds[type(loop)](loop) if type(loop) in kinds else loop


def gradients_pending(wrapper: Any) -> bool:
    """Whether batches were computed that have not made a step yet, which a checkpoint could not hold."""
    return any(not part.should_update() for part in _parts(wrapper))


def _parts(wrapper: Any) -> list[OptimWrapper]:
    """The wrappers of a model's parts, or the one of all of it."""
    if isinstance(wrapper, OptimWrapperDict):  # an OptimWrapper itself, which cannot answer for the others
        return list(wrapper.values())
    return [wrapper] if isinstance(wrapper, OptimWrapper) else []


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
        self._batches = ReplayedLoader(self.dataloader, self.runner.seed)
        with self.stop:
            return super().run()

    def run_epoch(self) -> None:
        _seed_step(self)
        self._count_accumulation()
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        for number, batch in enumerate(self._batches.epoch(self._epoch, self.done), self.done):
            self.run_iter(number, batch)
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1
        self.done = 0

    def run_iter(self, idx: int, data_batch: Any) -> None:
        _seed_step(self)
        self.done = idx + 1
        whole = not gradients_pending(self.runner.optim_wrapper)
        try:
            super().run_iter(idx, data_batch)
        except NonFiniteLossError:
            self.done = idx
            self.runner.call_hook('after_refused_iter', whole=whole)
            raise

    def validation_due(self) -> bool:
        """Whether a validation comes right after the last step."""
        due = self._epoch % self.val_interval == 0 or self._epoch == self._max_epochs
        return not self.done and self._epoch >= max(self.val_begin, 1) and due

    def _count_accumulation(self) -> None:
        length = len(self.dataloader)
        for wrapper in _parts(self.runner.optim_wrapper):
            if length % wrapper._accumulative_counts:
                wrapper.initialize_count_status(self.runner.model, self.done, length)


class ResumableIterLoop(IterBasedTrainLoop):
    """mmengine's loop over iterations, which may be entered at any of them.

    Args:
        loop: has not run yet; its settings are taken over.
    """

    def __init__(self, loop: IterBasedTrainLoop) -> None:
        self.__dict__.update(vars(loop))
        self.done = 0  # everything is in the number of the iteration
        self.stop = StopSignals()
        self.dataloader._iterator = None  # with the workers that mmengine's loop has started

    def run(self) -> Any:
        batches = ReplayedLoader(self.dataloader, self.runner.seed)
        # mmengine's loop drops as many as it has made iterations.
        self.dataloader_iterator = chain(repeat(None, self._iter), batches.forever(self._iter))
        _seed_step(self)
        with self.stop:
            return super().run()

    def run_iter(self, data_batch: Any) -> None:
        _seed_step(self)
        whole = not gradients_pending(self.runner.optim_wrapper)
        try:
            super().run_iter(data_batch)
        except NonFiniteLossError:
            self.runner.call_hook('after_refused_iter', whole=whole)
            raise

    def validation_due(self) -> bool:
        """Whether a validation comes right after the last step."""
        due = self._iter % self.val_interval == 0 or self._iter == self._max_iters
        return self._iter >= max(self.val_begin, 1) and due


def _seed_step(loop: EpochBasedTrainLoop | IterBasedTrainLoop) -> None:
    seed_process(loop.runner.seed, STEP, loop.iter, get_rank())
