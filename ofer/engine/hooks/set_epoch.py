"""Passes the current epoch to the parts of a model: losses with a schedule need it."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ofer.registry import HOOKS


@HOOKS.register_module()
class SetEpochHook(Hook):
    """Calls ``set_epoch(epoch)`` on every submodule that has it, before each training epoch. Epochs count from 0, also after a resume."""

    def before_train_epoch(self, runner: Runner) -> None:
        """Pass the epoch to the submodules."""
        for module in runner.model.modules():
            set_epoch = getattr(module, 'set_epoch', None)
            if callable(set_epoch):
                set_epoch(runner.epoch)
