"""Counts the damaged images that a data set skipped."""

from typing import Any

from mmengine.dist import all_gather_object
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ofer.engine.finite import samples_of
from ofer.registry import HOOKS


@HOOKS.register_module()
class SkippedImagesHook(Hook):
    """Reports at the end of each epoch the damaged images that were replaced by others (data sets with ``damaged='skip'``)."""

    def __init__(self) -> None:
        self.skipped: set[str] = set()

    def before_train_epoch(self, runner: Runner) -> None:
        """Reset the counter."""
        self.skipped.clear()

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None) -> None:
        """Count."""
        for sample in samples_of(data_batch):
            self.skipped.update(getattr(sample, 'skipped', ()))

    def after_train_epoch(self, runner: Runner) -> None:
        """Report, over all processes."""
        names = sorted(set().union(*all_gather_object(self.skipped)))
        if names:
            runner.logger.warning(
                f'{len(names)} damaged images were skipped in this epoch, others shown in their place: {", ".join(names)}'
            )
