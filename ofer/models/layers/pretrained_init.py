"""``init_cfg=dict(type='Pretrained', checkpoint=...)``: initialises a network from a file, and raises if the file does not fit."""

import logging

from mmengine.logging import print_log
from mmengine.model import PretrainedInit as _PretrainedInit
from mmengine.model import update_init_info
from mmengine.runner import CheckpointLoader
from torch import nn

from ofer.models.layers.fit import some
from ofer.models.layers.weights import fill, tensors_of, without_prefix
from ofer.registry import WEIGHT_INITIALIZERS


@WEIGHT_INITIALIZERS.register_module(name='Pretrained')
class PretrainedInit(_PretrainedInit):
    """The initialiser of mmengine, except that it raises if weights do not fit, instead of keeping random weights.

    Args:
        checkpoint: file or address, read as data; in any of the usual wrappers.
        prefix: name of the part to take from a file of a whole model, e.g. ``'backbone'``; a file of that part alone is taken as it is.
        map_location: as in ``torch.load``.

    Raises:
        ValueError: nothing or little of the file fits; the message says what was matched.
    """

    def __call__(self, module: nn.Module) -> None:
        """Fill the network."""
        checkpoint = CheckpointLoader.load_checkpoint(self.checkpoint, map_location=self.map_location)
        given = tensors_of(checkpoint, self.checkpoint)
        if self.prefix is not None:
            given = without_prefix(given, self.prefix)
        fit = fill(module, given, self.checkpoint, whole=False)
        left = fit.missing + fit.reshaped
        at_random = f'; {len(left)} start at random: {some(left)}' if left else ''
        name = type(module).__name__
        print_log(f'{self.checkpoint}: {len(fit.taken)} tensors of {name} are pre-trained{at_random}', 'current', logging.INFO)
        if hasattr(module, '_params_init_info'):
            update_init_info(module, init_info=self._get_init_info())
