"""Selects latents for the expression: the places with the highest attention of the CNN (Latent-OFER Sec. 3.3, Fig. 4).

The paper takes the places "where the weight of the spatial attention exceeds the top 50 %" of the class activation map. Its network has no
linear classifier after average pooling, which a class activation map in the strict sense requires; the map here consists of the spatial
weights of the heads, which require no class and no gradient.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from ofer.models.layers.patches import check_mask


def activation_map(weights: Tensor, grid: int) -> Tensor:
    """The spatial weights of the heads as one map on the grid of the latents.

    Each head has equal influence: its weights are divided by their sum first.

    Args:
        weights: ``(N, H, h, w)``, 0 or more.
        grid: latents per side.

    Returns:
        ``(N, grid, grid)`` in [0, 1], resized bilinearly, without a graph. A head whose weights are all 0 adds nothing.
    """
    weights = weights.detach().float()
    shares = weights / weights.sum((2, 3), keepdim=True).clamp(min=torch.finfo(weights.dtype).tiny)
    mean = shares.mean(1, keepdim=True)
    return F.interpolate(mean, size=(grid, grid), mode='bilinear', antialias=True).squeeze(1).clamp(0, 1)


def select_keys(activation: Tensor, occluded: Tensor | None = None) -> Tensor:
    """The places above the median of the map, less those that are occluded.

    The median is that of all places: occluded places are removed and not replaced, so that the keys do not move to the rim of a face whose
    centre is covered. For an odd number of places the middle one is left out; among equal values, the first in raster order come first.

    Args:
        activation: ``(N, grid, grid)``, any scale.
        occluded: ``(N, L)`` bool, True = occluded, ``L = grid ** 2``; None: nothing is occluded.

    Returns:
        ``(N, L)`` bool, True = chosen: ``L // 2`` or fewer per image; none if all keys are occluded.

    Raises:
        ValueError: a mask of another size or type.
    """
    flat = activation.flatten(1)
    if torch.onnx.is_in_onnx_export():  # ONNX has no stable sort; its TopK prefers the first of equal values
        places = flat.topk(flat.shape[1] // 2, dim=1).indices
    else:
        places = flat.argsort(dim=1, descending=True, stable=True)[:, : flat.shape[1] // 2]
    chosen = torch.zeros_like(flat).scatter(1, places, 1.0) > 0
    if occluded is None:
        return chosen
    if not torch.onnx.is_in_onnx_export():  # there, sizes are no numbers
        check_mask(occluded, *flat.shape)
    return chosen & ~occluded.to(chosen.device)
