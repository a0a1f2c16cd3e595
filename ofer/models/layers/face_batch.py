"""Data type of the augmentations of a batch."""

from dataclasses import dataclass

from torch import Tensor

from ofer.models.layers.constants import constant

LUMA = (0.299, 0.587, 0.114)


def grey(images: Tensor) -> Tensor:
    """``(N, 3, H, W)`` RGB to ``(N, 1, H, W)`` luma."""
    return (images * constant(LUMA, images).view(1, 3, 1, 1)).sum(1, keepdim=True)


@dataclass
class FaceBatch:
    """A batch of images before normalisation. Augmentations replace tensors and never modify them in place."""

    images: Tensor
    """``(N, C, H, W)`` float, RGB or grey (``C = 1``), 0 to 255."""
    occlusion: Tensor
    """``(N, 1, H, W)`` float, share of each pixel that an occluder covers."""
    landmarks: Tensor | None = None
    """``(N, 68, 2)``, x and y as shares of width and height, 300-W order; None without labels."""
    scores: Tensor | None = None
    """``(N, K)``, the label as a distribution over the classes; None without labels."""
    truth: Tensor | None = None
    """As ``images``, without the occluders: the target of painters; None if nobody needs it, see
    :class:`~ofer.models.augmentations.KeepTruth`."""
    hole: Tensor | None = None
    """``(N, 1, H, W)`` bool, True = to be repainted; None without holes."""
