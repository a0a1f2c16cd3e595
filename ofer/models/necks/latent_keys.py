"""Which latents speak of the expression: the places to which the CNN attends most (Latent-OFER Sec. 3.3, Fig. 4).

The paper takes the places "where the weight of the spatial attention exceeds the top 50 %" of the class activation map. Its network has no
linear classifier behind an average, from which a class activation map in the strict sense is read; the map here is the heads' own weights
of the places, which no class and no gradient is needed for.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from ofer.models.layers.patches import check_mask


def activation_map(weights: Tensor, grid: int) -> Tensor:
    """The heads' weights of the places as one map on the grid of the latents.

    Each head counts the same: its weights are divided by their sum first.

    Args:
        weights: ``(N, H, h, w)``, 0 or more.
        grid: latents a side.

    Returns:
        ``(N, grid, grid)`` in [0, 1], resized bilinearly, without a graph. A head whose weights are all 0 adds nothing.
    """
    weights = weights.detach().float()
    shares = weights / weights.sum((2, 3), keepdim=True).clamp(min=torch.finfo(weights.dtype).tiny)
    mean = shares.mean(1, keepdim=True)
    return F.interpolate(mean, size=(grid, grid), mode='bilinear', antialias=True).squeeze(1).clamp(0, 1)


def select_keys(activation: Tensor, occluded: Tensor | None = None) -> Tensor:
    """The places above the median of the map, less those that are occluded.

    The median is that of all places: occlusion takes places away and puts no others in their stead, so that a face's keys do not move to
    its rim when its middle is covered. Of an odd number of places the middle one is left out; among equals the first in raster order go
    first.

    Args:
        activation: ``(N, grid, grid)``, any scale.
        occluded: ``(N, L)`` bool, True = occluded, ``L = grid ** 2``; None: nothing is.

    Returns:
        ``(N, L)`` bool, True = chosen: ``L // 2`` or fewer an image; none where all keys are occluded.

    Raises:
        ValueError: a mask of another size or type.
    """
    flat = activation.flatten(1)
    places = flat.argsort(dim=1, descending=True, stable=True)[:, : flat.shape[1] // 2]
    chosen = torch.zeros_like(flat, dtype=torch.bool).scatter(1, places, True)
    if occluded is None:
        return chosen
    check_mask(occluded, *flat.shape)
    return chosen & ~occluded.to(chosen.device)
