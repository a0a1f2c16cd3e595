"""Refuses to test a model on a data set that numbers its classes differently."""

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ofer.registry import HOOKS


def check_classes(trained: list[str] | tuple[str, ...], tested: list[str] | tuple[str, ...]) -> None:
    """Compare the class names that a model was trained on with those of a test set.

    Raises:
        ValueError: they differ in names or order.
    """
    if list(trained) != list(tested):
        raise ValueError(
            f'the checkpoint was trained on the classes {", ".join(trained)}, and the test set has {", ".join(tested)}: '
            'labels would be confused. Test on a data set with the same classes in the same order (argument `classes` of the data set).'
        )


@HOOKS.register_module()
class CheckClassesHook(Hook):
    """Compares ``classes`` in the checkpoint's ``dataset_meta`` with those of the test set; where one has none, nothing is compared."""

    def __init__(self) -> None:
        self.trained: list[str] | tuple[str, ...] | None = None

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Remember what the model was trained on."""
        self.trained = ((checkpoint.get('meta') or {}).get('dataset_meta') or {}).get('classes')

    def before_test_epoch(self, runner: Runner) -> None:
        """Compare before the first batch."""
        tested = getattr(runner.test_dataloader.dataset, 'metainfo', {}).get('classes')
        if self.trained and tested:
            check_classes(self.trained, tested)
