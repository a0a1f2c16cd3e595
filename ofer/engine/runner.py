"""mmengine's Runner, with weights that are checked before they are taken over and with a log that can be read."""

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

    Differs from mmengine's in what is silent there: ``load_from`` with a file of which little fits, and a resumed checkpoint whose weights
    are not the model's, are refused.
    """

    def build_logger(self, *args: Any, **kwargs: Any) -> MMLogger:
        """The logger of the run."""
        return keep_readable(super().build_logger(*args, **kwargs))

    def load_checkpoint(
        self, filename: str, map_location: str | Callable = 'cpu', strict: bool = False, revise_keys: Any = None
    ) -> dict[str, Any]:
        """Read a checkpoint into the model: whole where it is resumed (or ``strict``), what fits of it where a training starts from it.

        Raises:
            ValueError: it does not fit; the message says what was matched.
        """
        checkpoint = CheckpointLoader.load_checkpoint(filename, map_location=map_location)
        self.call_hook('after_load_checkpoint', checkpoint=checkpoint)
        model = unwrap_model(self.model)
        whole = strict or self._resume
        fit = fill(model, tensors_of(checkpoint, filename), filename, whole)
        if not whole:
            left = fit.missing + fit.reshaped
            at_random = f'; {len(left)} start at random: {some(left)}' if left else ''
            unused = f'; {len(fit.unknown)} of the file are not used: {some(fit.unknown)}' if fit.unknown else ''
            level = logging.WARNING if left or unused else logging.INFO
            self.logger.log(level, f'{filename}: {len(fit.taken)} tensors of {type(model).__name__} are pre-trained{at_random}{unused}')
        self._has_loaded = True
        return checkpoint
