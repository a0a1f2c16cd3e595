"""From images as one network sees them to images as another does: each model's preprocessor states its mean and deviation."""

from typing import Any

from torch import Tensor


def to_pixels(images: Tensor, preprocessor: Any) -> Tensor:
    """Undo a normalisation.

    Args:
        images: ``(N, 3, H, W)``, RGB, normalised.
        preprocessor: has ``mean`` and ``std`` for RGB in [0, 255], as mmpretrain's ``ClsDataPreprocessor`` with ``to_rgb=False``.

    Returns:
        ``(N, 3, H, W)``, RGB, 0 = black, 1 = white.
    """
    return (images * preprocessor.std.to(images) + preprocessor.mean.to(images)) / 255


def from_pixels(pixels: Tensor, preprocessor: Any) -> Tensor:
    """The inverse of :func:`to_pixels`."""
    return (pixels * 255 - preprocessor.mean.to(pixels)) / preprocessor.std.to(pixels)


def check_preprocessor(preprocessor: Any, owner: str) -> None:
    """Make sure that a preprocessor can be undone.

    Args:
        preprocessor: of a model.
        owner: what to call it in the message.

    Raises:
        ValueError: it has no mean and deviation, or swaps the channels.
    """
    if not hasattr(preprocessor, 'mean'):
        raise ValueError(
            f'the data_preprocessor of {owner} has no mean and std: other networks could not see its images in their own format'
        )
    if preprocessor.to_rgb:
        raise ValueError(
            f'the data_preprocessor of {owner} has to_rgb=True: images are RGB from decoding on, and this would swap them to BGR'
        )
