"""mmengine's Runner, with checks before weights are loaded and with a readable log."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from mmengine.device import get_device
from mmengine.logging import MMLogger
from mmengine.runner import BaseLoop, CheckpointLoader, EpochBasedTrainLoop
from mmengine.runner import Runner as _Runner
from torch import nn
from torch.utils.data import DataLoader

from ofer.engine.loaders import (
    check_batches,
    check_classes,
    classes_of_data,
    classes_without_images,
    drop_lone_image,
    without_worker_settings,
)
from ofer.engine.log_lines import keep_readable
from ofer.engine.part_contracts import check_hook, check_outputs
from ofer.engine.precision import mixed_precision_if_supported
from ofer.engine.processes.open_files import allow_open_files
from ofer.engine.schedules import lasting
from ofer.engine.testing.classes import join_by_name
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.models.layers.fit import some
from ofer.models.layers.weights import fill, tensors_of

MMENGINES_HOOKS = ('runtime_info', 'timer', 'sampler_seed', 'logger', 'param_scheduler', 'checkpoint')
"""Default hooks of mmengine 0.10, which are registered although a config does not name them."""


class Runner(_Runner):
    """Runs a training or a test.

    mmengine's Runner accepts some mistakes silently that raise here: ``load_from`` with a file of which little fits, a resumed checkpoint
    with weights of another model, and data without a batch or of other classes than the model's, which raise before the first step.
    """

    _latest = ''  # the second in which the latest run of this process started

    def setup_env(self, env_cfg: Mapping[str, Any]) -> None:
        """Set up the processes, in a second of its own.

        mmengine names the log folder, the logger and the visualizer by the config and the second: of two runs that one process starts in
        the same second, the later one would write no log.
        """
        super().setup_env(env_cfg)
        while self.timestamp == Runner._latest:  # the first process tells the others its time: all of them wait, or none
            time.sleep(1 - time.time() % 1)
            super().setup_env(env_cfg)
        Runner._latest = self.timestamp

    def build_logger(self, *args: Any, **kwargs: Any) -> MMLogger:
        """The logger of the run."""
        return keep_readable(super().build_logger(*args, **kwargs))

    def build_model(self, model: nn.Module | Mapping[str, Any]) -> nn.Module:
        """The model, of which backbones and losses raise if they return something that the next part cannot read."""
        built = super().build_model(model)
        check_outputs(built)
        return built

    def register_hooks(self, *args: Any, **kwargs: Any) -> None:
        """Register the hooks of the config.

        Raises:
            ValueError: a method of a hook lacks arguments.
        """
        super().register_hooks(*args, **kwargs)
        phases = [phase for phase in ('train', 'val', 'test') if self.cfg.get(f'{phase}_cfg') is not None]
        for hook in self.hooks:
            check_hook(hook, phases)

    def register_default_hooks(self, hooks: Mapping[str, Any] | None = None) -> None:
        """Register the default hooks. None switches one off; mmengine knows this for its own alone."""
        own = {name: hook for name, hook in (hooks or {}).items() if hook is not None or name in MMENGINES_HOOKS}
        super().register_default_hooks(own)

    @staticmethod
    def build_dataloader(dataloader: DataLoader | Mapping[str, Any], seed: int | None = None, diff_rank_seed: bool = False) -> DataLoader:
        """A data loader; settings of worker processes are left out if there are none."""
        config = without_worker_settings(dataloader) if isinstance(dataloader, Mapping) else dataloader
        if isinstance(config, Mapping) and config.get('num_workers'):
            allow_open_files()
        return _Runner.build_dataloader(config, seed, diff_rank_seed)

    def build_train_loop(self, loop: BaseLoop | Mapping[str, Any]) -> BaseLoop:
        """The loop over the training data.

        Raises:
            ValueError: the data have no batch, or other classes than the model.
        """
        if not isinstance(loop, BaseLoop):
            loader = self._train_dataloader = self._built(self._train_dataloader)  # type: ignore[has-type]
            model = unwrap_model(self.model)
            drop_lone_image(loader, model, self.logger)
            check_batches('train_dataloader', loader)
            check_classes('train_dataloader', loader, model)
        return super().build_train_loop(loop)

    def build_val_loop(self, loop: BaseLoop | Mapping[str, Any]) -> BaseLoop:
        """The loop over the validation data. These may have fewer classes than the training data, in any order: they are matched by name.

        Raises:
            ValueError: the data have no batch, or classes that the training data do not have.
        """
        if isinstance(loop, BaseLoop):
            return super().build_val_loop(loop)
        loop = self._in_supported_precision(loop)
        loader = self._val_dataloader = self._built(self._val_dataloader)  # type: ignore[has-type]
        check_batches('val_dataloader', loader)
        absent = classes_without_images(loader)
        if absent:
            self.logger.info(f'val_dataloader: no image of {", ".join(absent)}; averages over classes are over the others')
        trained = classes_of_data(self._train_dataloader) if isinstance(self._train_dataloader, DataLoader) else ()
        tested = classes_of_data(loader)
        if not trained or not tested or trained == tested:
            check_classes('val_dataloader', loader, unwrap_model(self.model))
            return super().build_val_loop(loop)
        built = super().build_val_loop(loop)
        note = join_by_name(trained, tested, built.evaluator.metrics, 'val_dataloader')
        if note:
            self.logger.info(note.replace('test_evaluator', 'val_evaluator'))
        return built

    def build_test_loop(self, loop: BaseLoop | Mapping[str, Any]) -> BaseLoop:
        """The loop over the test data."""
        return super().build_test_loop(loop if isinstance(loop, BaseLoop) else self._in_supported_precision(loop))

    def _in_supported_precision(self, loop: Mapping[str, Any]) -> Mapping[str, Any]:
        """The config of a loop, without mixed precision (``fp16``) on CPUs that imitate bfloat16."""
        return {**loop, 'fp16': mixed_precision_if_supported(loop.get('fp16', False), get_device())}

    def _built(self, dataloader: DataLoader | Mapping[str, Any]) -> DataLoader:
        return self.build_dataloader(dataloader, self.seed, self._randomness_cfg.get('diff_rank_seed', False))

    def _build_param_scheduler(self, scheduler: Any, optim_wrapper: Any) -> list[Any]:
        schedules = scheduler if isinstance(scheduler, (list, tuple)) else [scheduler]
        length = len(self.train_dataloader)
        return super()._build_param_scheduler(
            [lasting(one, length) if isinstance(one, Mapping) else one for one in schedules], optim_wrapper
        )

    def resume(self, *args: Any, **kwargs: Any) -> None:
        """Read the state of a training; the log reports a training that is finished."""
        super().resume(*args, **kwargs)
        by_epoch = isinstance(self.train_loop, EpochBasedTrainLoop)
        done, planned = (self.epoch, self.max_epochs) if by_epoch else (self.iter, self.max_iters)
        if done >= planned:
            unit, name = ('epochs', 'max_epochs') if by_epoch else ('iterations', 'max_iters')
            self.logger.info(f'The training is finished: {done} of {planned} {unit} are done. To train longer, raise train_cfg.{name}.')

    def load_checkpoint(
        self, filename: str, map_location: str | Callable = 'cpu', strict: bool = False, revise_keys: Any = None
    ) -> dict[str, Any]:
        """Load a checkpoint into the model: all weights if it is resumed (or ``strict``), else those that fit, to start a training.

        Raises:
            ValueError: it does not fit; the message lists the matched weights.
        """
        checkpoint = CheckpointLoader.load_checkpoint(filename, map_location=map_location)
        self.call_hook('after_load_checkpoint', checkpoint=checkpoint)
        model = unwrap_model(self.model)
        whole = strict or self._resume
        fit = fill(model, tensors_of(checkpoint, filename), filename, whole)
        if not whole:
            left = fit.missing + fit.reshaped
            at_random = f'; {len(left)} start at random: {some(left)}' if left else ''
            unused = f'; {len(fit.unknown)} of the file are unused: {some(fit.unknown)}' if fit.unknown else ''
            level = logging.WARNING if left or unused else logging.INFO
            self.logger.log(level, f'{filename}: {len(fit.taken)} tensors of {type(model).__name__} are pre-trained{at_random}{unused}')
        self._has_loaded = True
        return checkpoint
