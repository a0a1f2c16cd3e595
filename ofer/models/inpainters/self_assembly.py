"""Self-assembly (Latent-OFER Sec. 3.2.2, Eq. 2-3): the masked places of a feature map, generated from similar ones.

It differs from the published layer, which takes one image per batch, reads the similarity of the mirror image at a wrong place
and also mirrors the order of the channels.
"""

import warnings
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from ofer.models.layers.fixed_shapes import shapes_are_fixed

_SHORT = 1e-8  # lower bound of lengths in divisions
_TINY = 1e-20


@torch.compiler.disable  # the number of steps is that of masked places: every batch would be recompiled
def assemble(features: Tensor, mask: Tensor, symmetry: bool = True) -> Tensor:
    """Generate the masked patches of each map, one after the other in raster order, from similar patches.

    A patch is the vector at one place. With ``p`` the current patch and ``S`` the cosine similarity (Eq. 2), negative ones counted as 0,
    it becomes the mean of three patches weighted by their similarity with it (Eq. 3):

    * the most similar patch that is not masked;
    * the patch generated just before; its weight is 0 for the first one;
    * the mean of the 3 x 3 patches (at the border, of those there are) around the same place of the mirror image, if ``symmetry``.

    A map without masked places is returned unchanged. If all places are masked, the first source is missing and the others remain. A patch
    with similarity 0 to all sources is unchanged.

    The best match is a maximum: no gradient flows through the choice of its place; gradients flow through its value and its similarity.

    Args:
        features: ``(N, C, H, W)``.
        mask: ``(N, H, W)`` bool, True = masked; it may differ between images.
        symmetry: use the mirror image.

    Returns:
        ``(N, C, H, W)``; places that are not masked are exactly unchanged.

    Raises:
        ValueError: mask and features do not fit.
    """
    masked = mask.flatten(1)
    if torch.onnx.is_in_onnx_export():
        return _assemble_all(features, masked, symmetry)
    check_features(features, mask)
    counts = None if shapes_are_fixed() else masked.sum(1).tolist()  # for each image, if only masked places are visited
    steps = masked.shape[1] if counts is None else max(counts, default=0)
    if steps == 0:
        return features
    order = (~masked).to(torch.uint8).argsort(dim=1, stable=True)  # for each image the masked places in raster order, then the others
    if features.device.type == 'cpu' and counts is not None:
        drafts = [
            _draft(image, places[:count], places[count:], symmetry) for image, places, count in zip(features, order, counts, strict=True)
        ]
        # Images with fewer masked places are padded with any finite value, so that gradients are finite.
        drafted = tuple(pad_sequence(list(parts), padding_value=1.0) for parts in zip(*drafts, strict=True))
    else:
        drafted = _drafts(features, masked, order[:, :steps], symmetry)
    generated = _Chain.apply(*drafted).permute(1, 2, 0).to(features.dtype)
    flat, index = features.flatten(2), order[:, :steps].unsqueeze(1).expand_as(generated)
    if counts is None or min(counts) < steps:  # padding belongs to places that are not masked, which are unchanged
        generated = torch.where(masked.gather(1, order[:, :steps]).unsqueeze(1), generated, flat.gather(2, index))
    return flat.scatter(2, index, generated).view_as(features)


def _draft(image: Tensor, places: Tensor, others: Tensor, symmetry: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Eq. 3 without its recurrent part, for one image, which fits the CPU cache.

    Args:
        image: ``(C, H, W)``.
        places: ``(T,)``, masked places in raster order.
        others: ``(K,)``, places that are not masked.
        symmetry: use the mirror image.

    Returns:
        ``(T, C)`` current patches as directions, ``(T, C)`` weighted sum of their sources, ``(T, 1)`` sum of the weights. If no
        source is similar to the patch, the only source is the patch itself with a tiny weight, smaller than any similarity to the patch
        before.
    """
    width = image.shape[2]
    patches = image.flatten(1).t().contiguous()  # each patch is contiguous in memory
    patches = patches.to(torch.promote_types(image.dtype, torch.float32))  # half precision cannot represent _SHORT and _TINY
    current = patches.index_select(0, places)
    direction = F.normalize(current, dim=1, eps=_SHORT)
    sources = []
    if len(places) and len(others):
        best = _best_match(direction, patches.index_select(0, others))
        sources.append(patches.index_select(0, others[best]))
    if symmetry:
        sources.append(_mean_around(patches, places + width - 1 - 2 * (places % width), width))
    weights = [_similarity(direction, source) for source in sources]
    total = sum(weights, torch.zeros_like(direction[:, :1]))
    itself = _TINY * (total == 0)
    mixed = itself * current
    for weight, source in zip(weights, sources, strict=True):
        mixed = torch.addcmul(mixed, weight, source)
    return direction, mixed, total + itself


def _drafts(features: Tensor, masked: Tensor, places: Tensor, symmetry: bool) -> tuple[Tensor, Tensor, Tensor]:
    """:func:`_draft` for all images at once: for GPUs, where the number of operations decides, not their size, and for fixed shapes.

    Args:
        features: ``(N, C, H, W)``.
        masked: ``(N, L)`` bool.
        places: ``(N, T)``: for each image its masked places in raster order, then others, whose results have no meaning but are finite.
        symmetry: use the mirror image.

    Returns:
        ``(T, N, C)``, ``(T, N, C)`` and ``(T, N, 1)``, as of :func:`_draft`.
    """
    features = features.to(torch.promote_types(features.dtype, torch.float32))
    patches = features.flatten(2).transpose(1, 2)
    index = places[..., None].expand(-1, -1, patches.shape[2])
    current = patches.gather(1, index)
    direction = F.normalize(current, dim=2, eps=_SHORT)
    with torch.no_grad(), torch.autocast(features.device.type, enabled=False):
        lengths = torch.linalg.vector_norm(patches, dim=2).clamp_min(_SHORT)
        scores = direction @ patches.transpose(1, 2) / lengths[:, None]
        best = scores.masked_fill(masked[:, None], -torch.inf).argmax(2)
    source = patches.gather(1, best[..., None].expand_as(index))
    found = (~masked.all(1)).to(source)[:, None, None]
    weights, sources = [_similarity(direction, source) * found], [source]
    if symmetry:
        around = F.avg_pool2d(features.flip(3), 3, 1, 1, count_include_pad=False)
        sources.append(around.flatten(2).transpose(1, 2).gather(1, index))
        weights.append(_similarity(direction, sources[-1]))
    total = sum(weights, torch.zeros_like(direction[..., :1]))
    itself = _TINY * (total == 0)
    mixed = itself * current
    for weight, one in zip(weights, sources, strict=True):
        mixed = torch.addcmul(mixed, weight, one)
    return direction.transpose(0, 1), mixed.transpose(0, 1), (total + itself).transpose(0, 1)


class _Chain(torch.autograd.Function):
    """The recurrence of Eq. 3, all arguments ``(T, N, .)``: ``(T, N, C)`` patches, each with a share of the previous one.

    ``y_t = (m_t + s_t y_{t-1}) / (w_t + s_t)`` with ``s_t`` the similarity of ``d_t`` and ``y_{t-1}``. The gradient of each ``y_t`` needs
    that of the next one; everything else of the backward pass is computed for all places at once, with a seventh of autograd's operations.
    """

    @staticmethod
    def forward(ctx: Any, direction: Tensor, mixed: Tensor, total: Tensor) -> Tensor:
        previous = torch.zeros_like(direction[0])
        generated = []
        for toward, share, weight in zip(direction, mixed, total, strict=True):
            likeness = _similarity(toward, previous)
            previous = torch.addcmul(share, likeness, previous) / (weight + likeness)
            generated.append(previous)
        result = torch.stack(generated)
        ctx.save_for_backward(direction, total, result)
        return result

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        direction, total, result = ctx.saved_tensors
        previous = torch.cat([torch.zeros_like(result[:1]), result[:-1]])
        lengths = torch.linalg.vector_norm(previous, dim=-1, keepdim=True)
        clamped = lengths.clamp_min(_SHORT)
        likeness = _similarity(direction, previous)
        weight = total + likeness
        similar = (likeness > 0).to(result)
        by_likeness = similar * (previous - result) / weight  # of y_t, by s_t
        by_previous = direction / clamped - likeness * previous / clamped.square() * (lengths >= _SHORT)  # of s_t, by y_{t-1}
        share = likeness / weight
        whole = gradient[-1]  # by y_t, through all later places too
        wholes = [whole]
        for t in range(len(gradient) - 1, 0, -1):
            along = (whole * by_likeness[t]).sum(-1, keepdim=True)
            whole = torch.addcmul(torch.addcmul(gradient[t - 1], share[t], whole), along, by_previous[t])
            wholes.append(whole)
        of_all = torch.stack(wholes[::-1])
        along = (of_all * by_likeness).sum(-1, keepdim=True)
        return along * previous / clamped, of_all / weight, -(of_all * result).sum(-1, keepdim=True) / weight


def _assemble_all(features: Tensor, masked: Tensor, symmetry: bool) -> Tensor:
    """:func:`assemble` as an exported graph: it visits all places, and keeps those that are not masked.

    Args:
        features: ``(N, C, H, W)``.
        masked: ``(N, L)`` bool.
        symmetry: use the mirror image.
    """
    length = features.shape[2] * features.shape[3]
    places = torch.arange(length)[None].expand(masked.shape[0], -1)
    drafted = _drafts(features, masked, places, symmetry)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)
        chain = torch.jit.script(_masked_chain)  # traced, the loop would be a thousand copies of its body
    generated = chain(*drafted, masked.t()[..., None])
    return torch.where(masked[:, None], generated.permute(1, 2, 0), features.flatten(2)).view_as(features)


def _masked_chain(direction: Tensor, mixed: Tensor, total: Tensor, masked: Tensor) -> Tensor:
    """:class:`_Chain` over all places ``(L, N, .)``, as a loop of the graph; only masked ones have a meaning and are passed on."""
    previous = torch.zeros_like(direction[0])
    generated = torch.zeros_like(mixed)
    for i in range(direction.shape[0]):
        lengths = (previous * previous).sum(-1, keepdim=True).sqrt().clamp_min(1e-8)
        likeness = ((direction[i] * previous).sum(-1, keepdim=True) / lengths).relu()
        drawn = (mixed[i] + likeness * previous) / (total[i] + likeness)
        previous = torch.where(masked[i], drawn, previous)
        generated[i] = previous
    return generated


@torch.no_grad()
def _best_match(direction: Tensor, patches: Tensor) -> Tensor:
    """Indices ``(T,)`` of the patches ``(K, C)`` that are most similar to each direction ``(T, C)``."""
    lengths = torch.linalg.vector_norm(patches, dim=1).clamp_min(_SHORT)
    with torch.autocast(direction.device.type, enabled=False):
        if direction.device.type == 'cpu' and direction.dtype == torch.float32 and torch.backends.mkldnn.is_available():
            # product of oneDNN: on an AMD EPYC (family 26) it takes half the time of MKL, the default.
            scores = F.linear(direction.to_mkldnn(), patches).to_dense()
        else:
            scores = direction @ patches.t()
    return scores.div_(lengths).argmax(1)


def _mean_around(patches: Tensor, places: Tensor, width: int) -> Tensor:
    """Mean ``(T, C)`` of the 3 x 3 patches ``(H * W, C)`` around places ``(T,)``; at the border, of those there are."""
    steps = torch.arange(-1, 2, device=places.device)
    rows = (places // width)[:, None, None] + steps[:, None]
    columns = (places % width)[:, None, None] + steps
    there = (rows >= 0) & (rows < len(patches) // width) & (columns >= 0) & (columns < width)
    around = torch.where(there, rows * width + columns, 0).flatten(1)
    weights = there.flatten(1).to(patches.dtype)
    return F.embedding_bag(around, patches, per_sample_weights=weights / weights.sum(1, keepdim=True), mode='sum')


def _similarity(direction: Tensor, others: Tensor) -> Tensor:
    """Eq. 2 with negative similarities counted as 0, of patches of length 1 with others, both ``(..., C)``: ``(..., 1)``."""
    lengths = torch.linalg.vector_norm(others, dim=-1, keepdim=True).clamp_min(_SHORT)
    return F.relu((direction * others).sum(-1, keepdim=True) / lengths)


def check_features(features: Tensor, mask: Tensor) -> None:
    """Raise ``ValueError`` unless features are ``(N, C, H, W)`` and the mask ``(N, H, W)`` bool."""
    if features.ndim != 4 or mask.dtype != torch.bool or mask.shape != (features.shape[0], *features.shape[2:]):
        raise ValueError(
            f'features {tuple(features.shape)} and mask {tuple(mask.shape)} {mask.dtype}: expected (N, C, H, W) and (N, H, W) of bool'
        )
