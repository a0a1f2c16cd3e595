"""Grad-CAM (Selvaraju et al., ICCV 2017), by which the patches of Latent-OFER's Fig. 1 are ordered.

Plain hooks: an activation map needs one forward and one backward pass, and no further library.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def grad_cam(model: nn.Module, inputs: Tensor, layer: str, target: Tensor | None = None) -> Tensor:
    """Grad-CAM of each image: the channels of a layer, weighted by what they add to a class.

    Args:
        model: in evaluation mode; ``model(inputs, mode='tensor')`` returns logits ``(N, K)``.
        inputs: ``(N, 3, H, W)``, normalised.
        layer: name of the module whose output ``(N, C, h, w)`` is used, or the last one of a tuple of outputs.
        target: ``(N,)``, the classes that are explained; None: the predicted ones.

    Returns:
        ``(N, h, w)``, not negative; higher = adds more to the class.

    Raises:
        ValueError: no module of that name, or the class does not depend on its output.
    """
    modules = dict(model.named_modules())
    if layer not in modules:
        raise ValueError(f'layer {layer!r}: {type(model).__name__} has no such module')
    seen: list[Tensor] = []
    handle = modules[layer].register_forward_hook(lambda module, args, out: seen.append(_map(out)))
    try:
        with torch.enable_grad():
            logits = model(inputs, mode='tensor')
    finally:
        handle.remove()
    if not seen or seen[-1].ndim != 4 or not seen[-1].requires_grad:
        raise ValueError(f'layer {layer!r}: its output is no feature map (N, C, h, w) with a gradient; choose a layer of a trained part')
    classes = logits.argmax(1) if target is None else target.to(logits.device)
    [gradient] = torch.autograd.grad(logits.gather(1, classes[:, None]).sum(), seen[-1], allow_unused=True)
    if gradient is None:
        raise ValueError(f'layer {layer!r}: the logits do not depend on it')
    activation = seen[-1].detach()
    return (gradient.mean((2, 3), keepdim=True) * activation).sum(1).relu()


def image_backbone(model: nn.Module) -> str | None:
    """Name of the image backbone of a classifier, None if it has none.

    Priors and painters have backbones too, deeper inside: the one with the fewest modules around it is the classifier's, and of equal ones
    the last, since a system classifies at its end.
    """
    names = [name for name, _ in model.named_modules() if name.split('.')[-1] == 'backbone']
    return min(reversed(names), key=lambda name: name.count('.'), default=None)


def patch_importance(maps: Tensor, grid: int) -> Tensor:
    """Maps ``(N, h, w)`` as importance of patches ``(N, grid, grid)``: bilinear, and the mean where patches are larger than cells."""
    return F.interpolate(maps[:, None], size=(grid, grid), mode='bilinear', antialias=True)[:, 0]


def _map(out: Any) -> Tensor:
    return out if isinstance(out, Tensor) else out[-1]
