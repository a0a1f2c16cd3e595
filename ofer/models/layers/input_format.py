"""The input format of a network, and the conversion to it: the only adapter between networks of different formats.

A network states its format by a data preprocessor (mean and deviation of RGB in [0, 255]) or, if it is frozen and used by others, by the
arguments of :class:`InputFormat`. The common format is pixels: ``(N, 3, H, W)``, RGB, 0 = black, 1 = white.
"""

from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor
from torch.nn import functional as F

from ofer.models.layers.constants import constant
from ofer.models.layers.face_batch import grey

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class InputFormat:
    """Size, channel order and normalisation of a network's input.

    Args:
        size: height and width in pixels; None: any.
        mean: subtracted from the pixels in [0, 1], in ``channel_order``.
        std: what the difference is divided by, in ``channel_order``.
        channel_order: ``rgb``, ``bgr``, or ``grey``: luma in all three channels, for networks that were trained on grey faces.
        interpolation: ``bilinear`` (with antialiasing) or ``nearest``.

    Raises:
        ValueError: a value out of range.
    """

    size: int | None = None
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    channel_order: Literal['rgb', 'bgr', 'grey'] = 'rgb'
    interpolation: Literal['bilinear', 'nearest'] = 'bilinear'

    def __post_init__(self) -> None:
        if self.size is not None and self.size < 1:
            raise ValueError(f'input format: size={self.size} must be positive')
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise ValueError(f'input format: mean={self.mean}, std={self.std} must be three numbers each, std positive')
        if self.channel_order not in ('rgb', 'bgr', 'grey'):
            raise ValueError(f'input format: channel_order={self.channel_order!r} must be rgb, bgr or grey')
        if self.interpolation not in ('bilinear', 'nearest'):
            raise ValueError(f'input format: interpolation={self.interpolation!r} must be bilinear or nearest')

    @classmethod
    def of(cls, preprocessor: Any, owner: str, size: int | None = None) -> 'InputFormat':
        """The format that a model's data preprocessor makes.

        Args:
            preprocessor: has ``mean`` and ``std`` for RGB in [0, 255], as mmpretrain's ``ClsDataPreprocessor`` with ``to_rgb=False``, or in
                the ``channel_order`` of :class:`~ofer.models.FacePreprocessor`.
            owner: name of the model for messages.
            size: height and width that the model takes, pixels; None: any.

        Raises:
            ValueError: it has no mean and deviation, or swaps channels.
        """
        if not hasattr(preprocessor, 'mean'):
            raise ValueError(
                f'the data_preprocessor of {owner} has no mean and std: other networks could not see its images in their own format'
            )
        order: Any = getattr(preprocessor, 'channel_order', 'rgb')
        if preprocessor.to_rgb != (order == 'bgr'):
            raise ValueError(
                f'the data_preprocessor of {owner} has to_rgb=True: images are RGB from decoding on, and this would swap them to BGR'
            )
        mean, std = (tuple(float(v) / 255 for v in values.flatten()) for values in (preprocessor.mean, preprocessor.std))
        order = 'grey' if getattr(preprocessor, 'grey', False) else order
        return cls(size, mean * 3 if len(mean) == 1 else mean, std * 3 if len(std) == 1 else std, order)

    def convert(self, pixels: Tensor) -> Tensor:
        """Images in this format.

        Args:
            pixels: ``(N, 3, H, W)``, RGB in [0, 1]; values outside are kept.

        Returns:
            ``(N, 3, size, size)``; ``(N, 3, H, W)`` in a format of any size.

        Raises:
            ValueError: ``pixels`` has another shape.
        """
        if pixels.ndim != 4 or pixels.shape[1] != 3:
            raise ValueError(f'pixels of shape {tuple(pixels.shape)}: expected (N, 3, H, W), RGB in [0, 1]')
        if self.size is not None and pixels.shape[-2:] != (self.size, self.size):
            antialias = self.interpolation == 'bilinear'
            pixels = F.interpolate(pixels, size=(self.size, self.size), mode=self.interpolation, antialias=antialias)
        if self.channel_order == 'bgr':
            pixels = pixels.flip(1)
        elif self.channel_order == 'grey':
            pixels = grey(pixels).expand_as(pixels)
        mean, std = self._statistics(pixels)
        return (pixels - mean) / std

    def pixels(self, images: Tensor) -> Tensor:
        """Undo the normalisation and the order of the channels; the size stays, and grey stays grey.

        Args:
            images: ``(N, 3, H, W)`` in this format.

        Returns:
            ``(N, 3, H, W)``, RGB, 0 = black, 1 = white; values outside are kept.
        """
        mean, std = self._statistics(images)
        pixels = images * std + mean
        return pixels.flip(1) if self.channel_order == 'bgr' else pixels

    def _statistics(self, like: Tensor) -> tuple[Tensor, Tensor]:
        mean, std = (constant(values, like).view(3, 1, 1) for values in (self.mean, self.std))
        return mean, std
