"""mmengine's Runner, with checks before weights are loaded and with a readable log."""

import logging
from collections.abc import Callable
from typing import Any

from mmengine.logging import MMLogger
from mmengine.runner import CheckpointLoader
from mmengine.runner import Runner as _Runner

from ofer.engine.log_lines import keep_readable
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.models.layers.fit import some
from ofer.models.layers.weights import fill, tensors_of


class Runner(_Runner):
    """Runs a training or a test.

    mmengine's Runner accepts two mistakes silently that raise here: ``load_from`` with a file of which little fits, and a resumed
    checkpoint with weights of another model.
    """

    def build_logger(self, *args: Any, **kwargs: Any) -> MMLogger:
        """The logger of the run."""
        return keep_readable(super().build_logger(*args, **kwargs))

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
