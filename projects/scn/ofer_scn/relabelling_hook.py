"""Keeps the changed labels of a Self-Cure Network in its checkpoints, and logs their number."""

from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner

from ofer.registry import HOOKS

from .head import SCNHead

KEY = 'relabelled'


@HOOKS.register_module()
class RelabellingHook(Hook):
    """Saves ``relabelled`` of the model's :class:`~ofer_scn.SCNHead`, and restores it when a run is resumed.

    Raises:
        ValueError: the head of the model is no ``SCNHead``.
    """

    def before_run(self, runner: Runner) -> None:
        """Check the model."""
        _head(runner)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Add the labels."""
        checkpoint[KEY] = dict(_head(runner).relabelled)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Take the labels."""
        _head(runner).relabelled = dict(checkpoint.get(KEY, {}))

    def after_train_epoch(self, runner: Runner) -> None:
        """Log their number."""
        head = _head(runner)
        if head.relabels:
            runner.logger.info(f'{len(head.relabelled)} images have another label than in the data set')


def _head(runner: Runner) -> SCNHead:
    model = runner.model.module if is_model_wrapper(runner.model) else runner.model
    if not isinstance(getattr(model, 'head', None), SCNHead):
        raise ValueError(f'RelabellingHook needs a model with an SCNHead, got {type(model).__name__}')
    return model.head
