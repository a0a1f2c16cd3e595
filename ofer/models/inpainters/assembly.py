"""What is put at the masked places of a feature map: self-assembly (Latent-OFER Sec. 3.2.2, Eq. 2-3) and its rivals.

All have one interface, so that a config swaps them by ``type``: built with ``channels``, they map features ``(N, C, H, W)`` and a mask
``(N, H, W)``, True = masked, to features of the same shape.

Self-assembly differs from the published layer, which takes one image a batch, reads the similarity of the mirror image at a wrong place and
mirrors the order of the channels too.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.registry import MODELS

_SHORT = 1e-8  # least length that is divided by
_TINY = 1e-20


def assemble(features: Tensor, mask: Tensor, symmetry: bool = True) -> Tensor:
    """Generate the masked patches of each map, one after the other in raster order, from what is like them.

    A patch is the vector at one place. With ``p`` the current patch and ``S`` the cosine similarity (Eq. 2), negative ones counted as 0,
    it becomes the mean of three patches weighted by their similarity with it (Eq. 3):

    * the most similar patch that is not masked;
    * the patch generated just before; its weight is 0 for the first one;
    * the mean of the 3 x 3 patches (at the border, of those there are) around the same place of the mirror image, if ``symmetry``.

    Where nothing is masked the map stays as it is. Where all of it is, the first source is missing and the others are left; a patch that
    nothing resembles stays as it is.

    The best match is a maximum: its place has no gradient, its value and its similarity have.

    Args:
        features: ``(N, C, H, W)``.
        mask: ``(N, H, W)`` bool, True = masked; it may differ from image to image.
        symmetry: use the mirror image.

    Returns:
        ``(N, C, H, W)``; places that are not masked hold exactly what they held.

    Raises:
        ValueError: mask and features do not fit.
    """
    _check(features, mask)
    width = features.shape[3]
    masked = mask.flatten(1)
    steps = int(masked.sum(1).max()) if mask.numel() else 0
    if steps == 0:
        return features
    # The masked places of each image in raster order; images with fewer of them are filled up with places that keep what they hold.
    places = (~masked).to(torch.uint8).argsort(dim=1, stable=True)[:, :steps]
    features = features.contiguous(memory_format=torch.channels_last)  # to take a patch is then to copy one stretch of memory
    patches = _patches(features)
    current = _at(patches, places)
    known, likeness = _best_match(current, patches, masked)
    total, mixed = likeness, likeness * known  # Eq. 3 without its recurrent part
    if symmetry:
        around = F.avg_pool2d(features, 3, stride=1, padding=1, count_include_pad=False)
        mirrored = _at(_patches(around), places + width - 1 - 2 * (places % width))
        likeness = _similarity(current, mirrored)
        total = total + likeness
        mixed = mixed + likeness * mirrored
    # Where nothing resembles the patch, a tiny share of itself is all of it; less than any similarity to the patch before, if there is one.
    itself = _TINY * (total == 0)
    total, mixed = total + itself, mixed + itself * current
    generated = torch.where(masked.gather(1, places).unsqueeze(2), _chain(current, mixed, total), current)
    out = patches.flatten(0, 1).index_copy(0, _rows(patches, places), generated.flatten(0, 1))
    return out.view(*mask.shape, -1).permute(0, 3, 1, 2)


def _chain(current: Tensor, mixed: Tensor, total: Tensor) -> Tensor:
    """The recurrence of Eq. 3: ``(N, T, C)`` patches, each with a part of the one before; one step for all images of the batch."""
    direction = F.normalize(current, dim=2)
    previous = torch.zeros_like(current[:, 0])
    generated = []
    for toward, share, weight in zip(direction.unbind(1), mixed.unbind(1), total.unbind(1), strict=True):
        length = torch.linalg.vector_norm(previous, dim=1, keepdim=True).clamp_min(_SHORT)
        likeness = F.relu((toward * previous).sum(1, keepdim=True) / length)
        previous = torch.addcmul(share, likeness, previous) / (weight + likeness)
        generated.append(previous)
    return torch.stack(generated, dim=1)


def _best_match(current: Tensor, patches: Tensor, masked: Tensor) -> tuple[Tensor, Tensor]:
    """The most similar unmasked patch of each ``(N, T, C)`` patch, and its similarity ``(N, T, 1)``; 0 where there is no unmasked one."""
    with torch.no_grad():
        lengths = torch.linalg.vector_norm(patches, dim=2).clamp_min(_SHORT)
        scores = torch.bmm(current, patches.transpose(1, 2)).div_(lengths.unsqueeze(1))
        best = scores.masked_fill_(masked.unsqueeze(1), -torch.inf).argmax(2)
    known = _at(patches, best)
    return known, _similarity(current, known) * (~masked.all(1)).view(-1, 1, 1)


def _similarity(patches: Tensor, others: Tensor) -> Tensor:
    """Eq. 2 with negative similarities counted as 0: ``(N, T, 1)``."""
    return F.relu(F.cosine_similarity(patches, others, dim=2)).unsqueeze(2)


def _patches(features: Tensor) -> Tensor:
    """``(N, L, C)`` in raster order."""
    return features.permute(0, 2, 3, 1).flatten(1, 2)


def _rows(patches: Tensor, places: Tensor) -> Tensor:
    """Indices of the places ``(N, T)`` among the patches of all images."""
    return (places + patches.shape[1] * torch.arange(len(places), device=places.device).unsqueeze(1)).flatten()


def _at(patches: Tensor, places: Tensor) -> Tensor:
    """``(N, T, C)`` patches at places ``(N, T)``."""
    return patches.flatten(0, 1).index_select(0, _rows(patches, places)).view(*places.shape, -1)


def _check(features: Tensor, mask: Tensor) -> None:
    if features.ndim != 4 or mask.dtype != torch.bool or mask.shape != (features.shape[0], *features.shape[2:]):
        raise ValueError(
            f'features {tuple(features.shape)} and mask {tuple(mask.shape)} {mask.dtype}: expected (N, C, H, W) and (N, H, W) of bool'
        )


@MODELS.register_module()
class SelfAssembly(nn.Module):
    """:func:`assemble`: from the best match, the patch before and the mirror image. Has no parameters.

    Args:
        channels: ``C``; any, it is there for the rivals' sake.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """``(N, C, H, W)`` from features of that shape and a mask ``(N, H, W)``, True = masked."""
        return assemble(features, mask)


@MODELS.register_module()
class CoherentSemanticAttention(nn.Module):
    """CSA (Liu et al. 2019), which self-assembly extends: the best match and the patch before, without the mirror image.

    Kept is the layer, its search phase and its generative phase. Not kept: negative similarities (they count 0 here as in self-assembly;
    the published layer lets them make weights below 0), its own backward pass (autograd differentiates the similarities too), and the
    network with two U-Nets around it.

    Args:
        channels: ``C``; any, it is there for the rivals' sake.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """``(N, C, H, W)`` from features of that shape and a mask ``(N, H, W)``, True = masked."""
        return assemble(features, mask, symmetry=False)


@MODELS.register_module()
class ConventionalAssembly(nn.Module):
    """The paper's "conventional" row: a learned 3 x 3 convolution in the place of the search.

    Like its rivals it changes the masked places alone.

    Args:
        channels: ``C``.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """``(N, C, H, W)`` from features of that shape and a mask ``(N, H, W)``, True = masked."""
        _check(features, mask)
        return torch.where(mask.unsqueeze(1), self.conv(features), features)
