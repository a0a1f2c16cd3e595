"""A network that gives knowledge and learns nothing: the base of the landmark, parsing and latent priors.

Frozen means: evaluation mode whatever ``train()`` says (no BatchNorm statistics, no stochastic depth), no parameter with a gradient, no
graph. In the published code only the gradient was off, so statistics moved and paths were dropped during training.
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

    The weights are read by ``init_weights()``, not at construction, so a checkpoint of the whole model can be loaded where the prior's own
    file is not at hand.

    Args:
        network: config of the network.
        input_format: ``default``, ``published``, or a dict of :class:`InputFormat`'s arguments that replaces those of the default.
        checkpoint: file of the network's weights: converted, or written by training it here. None leaves the initial ones, which is for
            models whose weights come with a checkpoint of the whole.

    Raises:
        ValueError: unknown input format.
    """

    formats: ClassVar[Mapping[str, InputFormat]]
    remedy: ClassVar[str]
    part: ClassVar[str] = 'network'
    """What the network is called in the model that trains it."""

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
        """Stays in evaluation mode whatever ``mode`` is."""
        del mode
        return super().train(False)

    def init_weights(self) -> None:
        """Read ``checkpoint``.

        Raises:
            FileNotFoundError: it is missing; the message says how to get it.
            ValueError: its parameters are not this network's.
        """
        if self.checkpoint is None:
            logger = MMLogger.get_current_instance()
            logger.warning(f'{type(self).__name__} has no checkpoint: its weights are random until a whole model is loaded.')
            return
        load_pretrained(self.network, self.checkpoint, self.remedy, self.part)

    @torch.no_grad()
    def forward(self, pixels: Tensor) -> Tensor:
        """What is fused.

        Args:
            pixels: ``(N, 3, H, W)``, RGB in [0, 1]; values outside are kept.

        Returns:
            ``(N, out_channels, h, w)``, without a graph.
        """
        return self._extract(self.input_format.convert(pixels))

    def predict(self, pixels: Tensor) -> Tensor:
        """What the network says of the image, for drawing and checking; see the subclasses. ``pixels`` as in :meth:`forward`."""
        raise NotImplementedError

    @property
    def out_channels(self) -> int:
        """Channels of what :meth:`forward` returns."""
        raise NotImplementedError

    def _extract(self, images: Tensor) -> Tensor:
        raise NotImplementedError
