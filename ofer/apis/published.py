"""Published checkpoints in this library's names.

Every published file is described by a :class:`Layout`: the model it belongs to (sizes are read from the file's own parameters), how its
names change, and which of its parameters nothing ever reads. :func:`convert` applies one and accounts for every parameter on both sides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from ofer.datasets.categories import expression_classes
from ofer.models.priors.segface import ENCODERS, SegFace
from ofer.registry import MODELS

State = dict[str, Tensor]
Rules = list[tuple[str, str]]
"""Pairs of a pattern, matched at the beginning of a name, and what to put in its place (or the reason to drop it). The first one counts."""

LABEL_ORDERS = {
    'rafdb': ('surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger', 'neutral'),
    'affectnet7': ('neutral', 'happiness', 'sadness', 'surprise', 'fear', 'disgust', 'anger'),
    'affectnet8': ('neutral', 'happiness', 'sadness', 'surprise', 'fear', 'disgust', 'anger', 'contempt'),
    'occlu-fer': ('anger', 'contempt', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'),
}
"""What the outputs of the published ORSANet files mean: the order of the folders that each was trained on."""

_CLASS_TOKENS = (
    'background', 'face', 'leftbro', 'rightbro', 'lefteye', 'righteye', 'nose', 'upperlip', 'innermouth', 'lowerlip', 'hair',
)  # fmt: skip
_WITHOUT_WRAPPER = ('mobilenet_v3_large', 'efficientnet_v2_m')  # their features are the published backbone itself, not its first child


@dataclass
class Layout:
    """What a published file holds.

    Args:
        model: config of the model that the file belongs to.
        names: published name to ours; several that end in ``[0]``, ``[1]``, ... are joined along the first axis.
        dead: parameters that the published forward pass never reads, with the reason.
    """

    model: dict
    names: Rules
    dead: Rules = field(default_factory=list)


@dataclass
class Conversion:
    """A converted checkpoint and the account of it. ``complete`` says that nothing stays unexplained."""

    model: dict
    state_dict: State
    mapped: dict[str, str]
    """Published name to ours."""
    dropped: dict[str, list[str]]
    """Reason to published names."""
    filled: list[str]
    """Our counters of BatchNorm that the file lacks: 0, evaluation does not read them."""
    unexplained: list[str]
    missing: list[str]
    misshapen: list[str]
    classes: tuple[str, ...] | None = None

    @property
    def complete(self) -> bool:
        return not (self.unexplained or self.missing or self.misshapen)


def convert(kind: str, published: State, labels: str | None = None) -> Conversion:
    """Translate a published state dict.

    Args:
        kind: one of :data:`KINDS`.
        published: names and values, unwrapped (see :func:`ofer.compat.unwrap_state_dict`).
        labels: for ``orsanet``, which of :data:`LABEL_ORDERS` its outputs follow: they are put into the library's order, and named. None
            leaves them as they are.

    Returns:
        The conversion; check :attr:`Conversion.complete` before using it.

    Raises:
        ValueError: unknown kind or labels, or the file is of another kind altogether.
    """
    if kind not in KINDS:
        raise ValueError(f'kind={kind!r}: choose one of {", ".join(KINDS)}')
    try:
        layout = KINDS[kind](published)
    except KeyError as error:
        raise ValueError(f'this is no {kind} file: it has no {error.args[0]}') from error
    target = {name: value.shape for name, value in MODELS.build(layout.model).state_dict().items()}

    mapped: dict[str, str] = {}
    dropped: dict[str, list[str]] = {}
    unexplained: list[str] = []
    parts: dict[str, dict[int, Tensor]] = {}
    for name, value in published.items():
        reason = _first_match(layout.dead, name)
        if reason is not None:
            dropped.setdefault(reason[1], []).append(name)
            continue
        renamed = _first_match(layout.names, name)
        new, index = _split_index(re.sub(renamed[0], renamed[1], name, count=1)) if renamed else (name, 0)
        if new in target:
            mapped[name] = new
            parts.setdefault(new, {})[index] = value
        else:
            unexplained.append(name)
    state = {name: torch.cat([pieces[i] for i in sorted(pieces)]) if len(pieces) > 1 else pieces[0] for name, pieces in parts.items()}
    filled = [name for name in target if name not in state and name.endswith('.num_batches_tracked')]
    state.update({name: torch.zeros((), dtype=torch.long) for name in filled})
    result = Conversion(
        model=layout.model,
        state_dict={name: state[name].detach().clone() for name in target if name in state},
        mapped=mapped,
        dropped=dropped,
        filled=filled,
        unexplained=unexplained,
        missing=[name for name in target if name not in state],
        misshapen=[f'{n}: {tuple(v.shape)} instead of {tuple(target[n])}' for n, v in state.items() if v.shape != target[n]],
    )
    if labels is not None:
        _reorder_outputs(result, labels)
    return result


def _first_match(rules: Rules, name: str) -> tuple[str, str] | None:
    return next((rule for rule in rules if re.match(rule[0], name)), None)


def _split_index(name: str) -> tuple[str, int]:
    found = re.fullmatch(r'(.*)\[(\d+)\]', name)
    return (found[1], int(found[2])) if found else (name, 0)


def _under(source: str, target: str, rules: Rules) -> Rules:
    """Rules for a network that lies below ``source`` in the file and below ``target`` here."""
    return [(re.escape(source) + pattern, target + replacement) for pattern, replacement in rules]


def _reorder_outputs(result: Conversion, labels: str) -> None:
    if labels not in LABEL_ORDERS:
        raise ValueError(f'labels={labels!r}: choose one of {", ".join(LABEL_ORDERS)}')
    order, weights = LABEL_ORDERS[labels], ('head.fc.weight', 'head.fc.bias')
    if any(len(result.state_dict.get(name, ())) != len(order) for name in weights):
        raise ValueError(f'labels={labels!r} are {len(order)} classes, which this file does not have')
    result.classes = expression_classes(len(order))
    rows = [order.index(name) for name in result.classes]
    result.state_dict.update({name: result.state_dict[name][rows] for name in weights})


def mobilefacenet(published: State) -> Layout:
    """Landmark network of ORSANet and POSTER."""
    outputs, _ = published['output_layer.linear.weight'].shape
    kernel = published['output_layer.conv_6_dw.conv.weight'].shape[-1]
    return Layout(dict(type='MobileFaceNet', num_landmarks=outputs // 2, input_size=16 * kernel), [])


def segface(published: State, prefix: str = '') -> Layout:
    """SegFace on LaPa, with any of the encoders that it was published with."""
    encoder = _find_encoder(published, prefix + 'backbone.')
    names = [(rf'face_decoder\.{token}_token\.weight$', f'face_decoder.class_tokens.weight[{i}]') for i, token in enumerate(_CLASS_TOKENS)]
    dead = []
    if encoder not in _WITHOUT_WRAPPER:
        names.append((r'backbone\.0\.', 'backbone.'))
        dead.append((re.escape(prefix) + r'backbone\.1\.', "SegFace's norm behind the last encoder stage: the decoder reads the stages"))
    return Layout(dict(type='SegFace', encoder=encoder, num_classes=len(_CLASS_TOKENS)), names, dead)


def _find_encoder(published: State, prefix: str) -> str:
    for name in ENCODERS:
        with torch.device('meta'):  # names and shapes are all that is needed
            features = SegFace(name).backbone.state_dict()
        inner = prefix if name in _WITHOUT_WRAPPER else prefix + '0.'
        if all(inner + key in published and published[inner + key].shape == value.shape for key, value in features.items()):
            return name
    raise ValueError(f'this is no segface file of a known encoder: {prefix}* fits none of {", ".join(ENCODERS)}')


def ir50(published: State, prefix: str = '') -> Layout:
    """Face recognition network; only its first three stages are built (ORSANet uses no more)."""
    key = prefix + 'body.{}.res_layer.1.weight'
    stem = len(published[prefix + 'input_layer.0.weight'])
    widths: list[int] = []
    while key.format(len(widths)) in published:
        widths.append(len(published[key.format(len(widths))]))
    channels = (stem, 2 * stem, 4 * stem)
    units = tuple(widths.count(c) for c in channels)
    dead = [(re.escape(prefix) + r'output_layer\.', "IR's embedding layer: ORSANet never uses it")]
    fourth = [rf'{i}\.' for i in range(sum(units), len(widths))]
    if fourth:
        dead.append((re.escape(prefix) + rf'body\.({"|".join(fourth)})', "IR's fourth stage: ORSANet never uses it"))
    arch = 'ir50' if units == (3, 4, 14) and stem == 64 else dict(stem=stem, units=units, channels=channels)
    return Layout(dict(type='IRNet', arch=arch), [], dead)


def orsanet(published: State) -> Layout:
    """ORSANet of any size and number of classes, with its two frozen priors."""
    body, parser, points = ir50(published, 'ir_back.'), segface(published, 'face_segment.'), _face_landback(published)
    depth = 1 + max(int(found[1]) for name in published if (found := re.match(r'pyramid_fuse\.blocks\.(\d+)\.', name)))
    _, tokens, dims = published['pyramid_fuse.pos_embed'].shape
    grid, (num_classes, _) = round((tokens - 1) ** 0.5), published['head.linear.weight'].shape
    semantic_channels = published['seg_sample.weight'].shape[1]
    model = dict(
        type='ORSANet',
        data_preprocessor=dict(
            type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=num_classes
        ),
        backbone=body.model,
        tokens=dict(type='GridTokens', in_channels=256, in_size=2 * grid, grid=grid, embed_dims=dims, layout='published'),
        landmark_prior=dict(type='LandmarkPrior', network=points.model, input_format='published'),
        parsing_prior=dict(type='ParsingPrior', network=parser.model, input_format='published'),
        guidance=dict(type='SSGM', channels=dims, semantic_channels=semantic_channels),
        interaction=dict(type='MCM', size=depth, embed_dims=dims, grid=grid, query_projection=False),
        head=dict(type='GatedLinearHead', num_classes=num_classes, in_channels=dims, loss=dict(type='CrossEntropyLoss')),
    )
    spectral = r'seg_fusion\.(conv_\d)\.weight_'
    block = r'pyramid_fuse\.(blocks\.\d+)\.'
    names = [
        (r'ir_back\.', 'backbone.'),
        (r'ir_layer\.', 'tokens.proj.'),
        (r'face_landback\.', 'landmark_prior.network.'),
        *_under('face_segment.', 'parsing_prior.network.', [*parser.names, ('', '')]),
        (r'seg_sample\.', 'guidance.reduce.'),
        (spectral + 'orig', r'guidance.\1.parametrizations.weight.original'),
        (spectral + '([uv])', r'guidance.\1.parametrizations.weight.0._\2'),
        (r'seg_fusion\.', 'guidance.'),
        (r'pyramid_fuse\.downsample_m\.', 'interaction.narrow.0.'),
        (r'pyramid_fuse\.downsample_s\.', 'interaction.narrow.1.'),
        *((block + rf'block_{scale}\.attn_img\.', rf'interaction.\1.fusions.{i}.attn.') for i, scale in enumerate('lms')),
        *((block + rf'block_{scale}\.', rf'interaction.\1.fusions.{i}.') for i, scale in enumerate('lms')),
        *((block + rf'upsample_{scale}\.', rf'interaction.\1.widen.{i}.') for i, scale in enumerate('ms')),
        (r'pyramid_fuse\.', 'interaction.'),
        (r'se_block\.linear1\.', 'head.gate.layers.0.'),
        (r'se_block\.linear2\.', 'head.gate.layers.2.'),
        (r'head\.linear\.', 'head.fc.'),
    ]
    dead = [*body.dead, *parser.dead, (r'pyramid_fuse\.cls_token$', "MCM's class token: the mean token takes its place")]
    return Layout(model, names, dead)


def _face_landback(published: State) -> Layout:
    prefix = 'face_landback.'
    try:
        return mobilefacenet({name.removeprefix(prefix): value for name, value in published.items() if name.startswith(prefix)})
    except KeyError as error:
        raise KeyError(prefix + error.args[0]) from error


KINDS: dict[str, Callable[[State], Layout]] = {'orsanet': orsanet, 'ir50': ir50, 'mobilefacenet': mobilefacenet, 'segface': segface}


def report(result: Conversion, published: State) -> str:
    """The account in words: numbers of tensors and of single values for each group, names where something is wrong."""
    size = partial(_size, published)
    lines = [f'mapped       {size(result.mapped)} -> {len(result.state_dict) - len(result.filled)} of {result.model["type"]}']
    lines += [f'dropped      {size(names)}: {reason}' for reason, names in result.dropped.items()]
    if result.filled:
        lines.append(f'filled       {len(result.filled)} BatchNorm counters that the file lacks, with 0: evaluation does not read them')
    for title, names, detail in (
        ('unexplained', result.unexplained, size(result.unexplained)),
        ('missing', result.missing, f'{len(result.missing)} parameters of the model are not in the file'),
        ('misshapen', result.misshapen, f'{len(result.misshapen)} parameters have another shape'),
    ):
        if names:
            lines += [f'{title.upper():12} {detail}', *(f'    {name}' for name in names[:20])]
            lines += [f'    and {len(names) - 20} more'] if len(names) > 20 else []
        else:
            lines.append(f'{title:12} none')
    return '\n'.join(lines)


def _size(published: State, names: list[str] | dict[str, str]) -> str:
    values = sum(published[name].numel() for name in names if published[name].is_floating_point())
    return f'{len(names)} tensors, {values / 1e6:.3f} M values'
