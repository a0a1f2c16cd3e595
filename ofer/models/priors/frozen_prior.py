"""Base class of the landmark, parsing and latent priors: a frozen network whose outputs guide a trained one.

Frozen: always in evaluation mode (no update of BatchNorm statistics, no stochastic depth), no parameter has a gradient, no graph is built.
The published code disables only the gradient, so that statistics change and paths are dropped during training.
"""

from collections.abc import Mapping
from typing import ClassVar

import torch
from mmengine.logging import MMLogger
from mmengine.model import BaseModule
from torch import Tensor

from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.weights import load_pretrained
from ofer.registry import MODELS


class FrozenPrior(BaseModule):
    """Frozen network with its own input format.

    The weights are read by ``init_weights()``, not at construction, so a checkpoint of the whole model can be loaded without the file
    of the prior.

    Args:
        network: config of the network.
        input_format: ``default``, ``published``, or a dict of arguments of :class:`InputFormat` that replace those of the default.
        checkpoint: file of the network's weights: converted, or from training with this library. None keeps the initial weights, for
            models that are loaded from a checkpoint of the whole.

    Raises:
        ValueError: unknown input format.
    """

    formats: ClassVar[Mapping[str, InputFormat]]
    remedy: ClassVar[str]
    part: ClassVar[str] = 'network'
    """Name of the network in the model that trains it."""

    def __init__(self, network: dict, input_format: dict | str = 'default', checkpoint: str | None = None) -> None:
        super().__init__()
        self.network = MODELS.build(network)
        self.input_format = self._read_format(input_format)
        self.checkpoint = checkpoint
        self.requires_grad_(False)
        self.eval()

    @classmethod
    def _read_format(cls, given: dict | str) -> InputFormat:
        if isinstance(given, str):
            if given not in cls.formats:
                raise ValueError(f'input_format={given!r}: {cls.__name__} knows {", ".join(cls.formats)}, or a dict')
            return cls.formats[given]
        base = cls.formats['default']
        fields = {name: getattr(base, name) for name in InputFormat.__dataclass_fields__}
        unknown = set(given) - set(fields)
        if unknown:
            raise ValueError(f'input_format has {", ".join(sorted(unknown))}: known are {", ".join(fields)}')
        fields.update({k: tuple(v) if isinstance(v, (list, tuple)) else v for k, v in given.items()})
        return InputFormat(**fields)

    def train(self, mode: bool = True) -> 'FrozenPrior':
        """Keep evaluation mode for any ``mode``."""
        del mode
        return super().train(False)

    def init_weights(self) -> None:
        """Read ``checkpoint``.

        Raises:
            FileNotFoundError: it is missing; the message states how to get it.
            ValueError: its parameters do not fit this network.
        """
        if self.checkpoint is None:
            logger = MMLogger.get_current_instance()
            logger.warning(f'{type(self).__name__} has no checkpoint: its weights are random until a whole model is loaded.')
            return
        load_pretrained(self.network, self.checkpoint, self.remedy, self.part)

    @torch.no_grad()
    def forward(self, pixels: Tensor) -> Tensor:
        """Features for the fusion.

        Args:
            pixels: ``(N, 3, H, W)``, RGB in [0, 1]; values outside are kept.

        Returns:
            ``(N, out_channels, h, w)``, without a graph.
        """
        return self._extract(self.input_format.convert(pixels))

    def predict(self, pixels: Tensor) -> Tensor:
        """Prediction of the network, for pictures and checks; see the subclasses. ``pixels`` as in :meth:`forward`."""
        raise NotImplementedError

    @property
    def out_channels(self) -> int:
        """Channels of the output of :meth:`forward`."""
        raise NotImplementedError

    def _extract(self, images: Tensor) -> Tensor:
        raise NotImplementedError
