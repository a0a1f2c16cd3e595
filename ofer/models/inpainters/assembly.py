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
    patches = features.permute(0, 2, 3, 1).contiguous().flatten(1, 2)  # to take a patch is then to copy one stretch of memory
    patches = patches.to(torch.promote_types(features.dtype, torch.float32))  # half precision has no room for _SHORT and _TINY
    current = _at(patches, places)
    direction = F.normalize(current, dim=2, eps=_SHORT)
    known = _at(patches, _best_match(direction, patches, masked))
    likeness = _similarity(direction, known) * (~masked.all(1)).view(-1, 1, 1)
    total, mixed = likeness, likeness * known  # Eq. 3 without its recurrent part
    if symmetry:
        mirrored = _mean_around(patches, places + width - 1 - 2 * (places % width), width)
        likeness = _similarity(direction, mirrored)
        total = total + likeness
        mixed = torch.addcmul(mixed, likeness, mirrored)
    # Where nothing resembles the patch, a tiny share of itself is all of it; less than any similarity to the patch before, if there is one.
    itself = _TINY * (total == 0)
    total, mixed = total + itself, torch.addcmul(mixed, itself, current)
    generated = torch.where(masked.gather(1, places).unsqueeze(2), _chain(direction, mixed, total), current)
    out = patches.flatten(0, 1).index_copy(0, _rows(patches, places), generated.flatten(0, 1))
    return out.view(*mask.shape, -1).permute(0, 3, 1, 2).to(features.dtype)


def _chain(direction: Tensor, mixed: Tensor, total: Tensor) -> Tensor:
    """The recurrence of Eq. 3: ``(N, T, C)`` patches, each with a part of the one before; one step for all images of the batch."""
    previous = torch.zeros_like(direction[:, 0])
    generated = []
    for toward, share, weight in zip(direction.unbind(1), mixed.unbind(1), total.unbind(1), strict=True):
        likeness = _similarity(toward, previous)
        previous = torch.addcmul(share, likeness, previous) / (weight + likeness)
        generated.append(previous)
    return torch.stack(generated, dim=1)


@torch.no_grad()
def _best_match(direction: Tensor, patches: Tensor, masked: Tensor) -> Tensor:
    """The place ``(N, T)`` of the unmasked patch that is most similar to each ``(N, T, C)``; any place where there is no unmasked one."""
    lengths = torch.linalg.vector_norm(patches, dim=2).clamp_min(_SHORT)
    scores = torch.bmm(direction, patches.transpose(1, 2)).div_(lengths.unsqueeze(1))
    return scores.masked_fill_(masked.unsqueeze(1), -torch.inf).argmax(2)


def _mean_around(patches: Tensor, places: Tensor, width: int) -> Tensor:
    """Mean ``(N, T, C)`` of the 3 x 3 patches around places ``(N, T)``; at the border, of those there are."""
    steps = torch.arange(-1, 2, device=places.device)
    rows = (places // width)[..., None, None] + steps[:, None]
    columns = (places % width)[..., None, None] + steps
    there = (rows >= 0) & (rows < patches.shape[1] // width) & (columns >= 0) & (columns < width)
    around = torch.where(there, rows * width + columns, 0).flatten(1)
    weights = there.flatten(2).to(patches.dtype)
    weights = weights / weights.sum(2, keepdim=True)
    bags = F.embedding_bag(_rows(patches, around).view(-1, 9), patches.flatten(0, 1), per_sample_weights=weights.flatten(0, 1), mode='sum')
    return bags.view(*places.shape, -1)


def _similarity(direction: Tensor, others: Tensor) -> Tensor:
    """Eq. 2 with negative similarities counted as 0, of patches of length 1 with others, both ``(..., C)``: ``(..., 1)``."""
    lengths = torch.linalg.vector_norm(others, dim=-1, keepdim=True).clamp_min(_SHORT)
    return F.relu((direction * others).sum(-1, keepdim=True) / lengths)


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
