"""Passes of a one-class detector over the training images: before the first step and after the last."""

from collections.abc import Iterable
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.runner import Runner

from ofer.engine.loops import ResumableEpochLoop
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.registry import HOOKS


@HOOKS.register_module()
class OneClassHook(Hook):
    """Sets the centre of a one-class detector before the first step, and its threshold after the last step (and in between).

    For trainings by epochs. A resumed training keeps its centre. With a loop that replays its batches, a pass sees the same images as
    the steps of the epoch, so its result does not depend on interruptions.

    Args:
        interval: epochs between two updates of the threshold; it is always set after the last epoch.
        dataset: config of unoccluded faces outside the training, for the threshold: scores of an encoder's own training faces are lower
            than those of other people, of whom too many would be flagged. None: the training images, for latents that are frozen.
        batch_size: of ``dataset``.

    Raises:
        ValueError: the interval is not positive.
    """

    def __init__(self, interval: int = 1, dataset: dict | None = None, batch_size: int = 32) -> None:
        if interval < 1:
            raise ValueError(f'interval={interval}: expected a number of epochs from 1')
        self.interval, self.dataset, self.batch_size = interval, dataset, batch_size

    @torch.no_grad()
    def before_train(self, runner: Runner) -> None:
        """Make the first pass, unless the loaded checkpoint already has a centre."""
        model = unwrap_model(runner.model)
        if model.detector.begun:
            return
        for batch in _images(runner):
            model.detector.observe(model.features(model.data_preprocessor(batch)['inputs']))
        model.detector.begin()

    @torch.no_grad()
    def after_train_epoch(self, runner: Runner) -> None:
        """Set the threshold; comes before validation and before the checkpoint is written."""
        if not (self.every_n_epochs(runner, self.interval) or self.is_last_train_epoch(runner)):
            return
        model = unwrap_model(runner.model)
        training = model.training
        model.eval()
        for batch in self._reviewed(runner):
            model.detector.review(model.features(model.data_preprocessor(batch)['inputs']))
        model.detector.conclude()
        model.train(training)
        MMLogger.get_current_instance().info(f'{type(model.detector).__name__}: threshold {float(model.detector.threshold):.4g}')

    def _reviewed(self, runner: Runner) -> Iterable[Any]:
        """The batches that set the threshold."""
        if self.dataset is None:
            return _images(runner)
        return runner.build_dataloader(
            dict(
                dataset=self.dataset,
                batch_size=self.batch_size,
                num_workers=0,
                sampler=dict(type='DefaultSampler', shuffle=False),
                collate_fn=dict(type='default_collate'),
            )
        )


def _images(runner: Runner) -> Iterable[Any]:
    """The batches of the epoch."""
    loop: Any = runner.train_loop
    return loop.batches.epoch(loop.epoch) if isinstance(loop, ResumableEpochLoop) else loop.dataloader
