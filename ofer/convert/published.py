"""Published checkpoints in this library's names.

Every published file is described by a :class:`~ofer.convert.renaming.Layout`: the model it belongs to (sizes are read from the file's own
parameters), how its names change, and which of its parameters nothing ever reads.
"""

import re
from collections.abc import Callable

import torch

from ofer.categories import AFFECTNET_CODES, RAFDB_CODES, expression_classes
from ofer.convert.renaming import Conversion, Layout, Rules, State, translate
from ofer.models.priors.segface import ENCODERS, SegFace

LABEL_ORDERS = {
    'rafdb': RAFDB_CODES,
    'affectnet7': AFFECTNET_CODES[:7],
    'affectnet8': AFFECTNET_CODES,
    'occlu-fer7': ('anger', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'),  # its last release has no contempt
    'occlu-fer8': ('anger', 'contempt', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'),
}
"""What the outputs of the published ORSANet files mean: the order of the folders that each was trained on."""

_CLASS_TOKENS = (
    'background', 'face', 'leftbro', 'rightbro', 'lefteye', 'righteye', 'nose', 'upperlip', 'innermouth', 'lowerlip', 'hair',
)  # fmt: skip
_WITHOUT_WRAPPER = ('mobilenet_v3_large', 'efficientnet_v2_m')  # their features are the published backbone itself, not its first child


def convert(kind: str, published: State, labels: str | None = None, norm_pix: bool = False) -> Conversion:
    """Translate a published state dict.

    Args:
        kind: one of :data:`KINDS`.
        published: names and values, unwrapped (see :func:`ofer.compat.unwrap_state_dict`).
        labels: for ``orsanet``, which of :data:`LABEL_ORDERS` its outputs follow: they are put into the library's order, and named. None
            leaves them as they are.
        norm_pix: for ``mae``, the file was trained to predict normalised patches, which its parameters do not tell.

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
    result = translate(published, layout)
    if result.model['type'] == 'MaskedAutoencoder':
        result.state_dict['norm_pix'] = torch.tensor(float(norm_pix))
        result.missing.remove('norm_pix')
    elif norm_pix:
        raise ValueError('norm_pix says what the decoder of a masked autoencoder predicts, and this file has none')
    if labels is not None:
        _reorder_outputs(result, labels)
    return result


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


def mae(published: State) -> Layout:
    """Masked autoencoder (He et al.), with its decoder or without.

    Numbers of heads cannot be read from a file; they are those of the published networks: a head for every 64 values (ViT-B, ViT-L) or 80
    (ViT-H) in the encoder, 16 heads in the decoder.
    """
    dims, _, patch_size, _ = published['patch_embed.proj.weight'].shape
    grid = round((published['pos_embed'].shape[1] - 1) ** 0.5)
    encoder = dict(
        type='MaskedViT',
        img_size=grid * patch_size,
        patch_size=patch_size,
        embed_dims=dims,
        depth=_count(published, 'blocks.'),
        num_heads=dims // (80 if dims == 1280 else 64),
    )
    if 'decoder_embed.weight' not in published:
        return Layout(encoder, [])
    model = dict(
        type='MaskedAutoencoder',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        encoder=encoder,
        decoder=dict(
            type='MaskedViTDecoder',
            grid=grid,
            patch_size=patch_size,
            in_dims=dims,
            embed_dims=len(published['decoder_embed.weight']),
            depth=_count(published, 'decoder_blocks.'),
            num_heads=16,
        ),
        loss=dict(type='MaskedPatchLoss'),
    )
    return Layout(model, [(r'mask_token$', 'decoder.mask_token'), (r'decoder_', 'decoder.'), ('', 'encoder.')])


def msceleb_resnet18(published: State) -> Layout:
    """The face recogniser (MS-Celeb-1M) from which DAN and Latent-OFER start; torchvision's names."""
    if 'layer4.1.bn2.weight' not in published:
        raise KeyError('layer4.1.bn2.weight')
    return Layout(dict(type='ResNet', depth=18), [], [(r'fc\.', "the face recogniser's classifier: an expression network has its own")])


def latent_ofer(published: State) -> Layout:
    """Latent-OFER's recognition network, or its CNN branch alone; the latents' encoder is a file of its own (``mae``)."""
    channels, reduced = published['cat_head0.ca.attention.3.weight'].shape
    model = dict(
        type='ImageClassifier',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        backbone=dict(type='ResNet', depth=18),
        neck=dict(
            type='CrossAttentionHeads',
            channels=channels,
            num_heads=_count(published, 'cat_head'),
            reduction=channels // reduced,
            normalize=False,
        ),
    )
    names = [
        (r'features\.0\.', 'backbone.conv1.'),
        (r'features\.1\.', 'backbone.bn1.'),
        *((rf'features\.{stage + 3}\.', f'backbone.layer{stage}.') for stage in (1, 2, 3, 4)),
        (r'cat_head(\d+)\.', r'neck.heads.\1.'),
    ]
    if 'fc.weight' not in published:
        return Layout(model, names)
    (num_classes,), (_, in_channels) = published['fc4.bias'].shape, published['fc.weight'].shape
    model |= dict(
        type='LatentFER',
        latents='full',
        embed=dict(type='LatentBoxMLP'),
        head=dict(type='PublishedLatentHead', num_classes=num_classes, in_channels=in_channels, loss=dict(type='CrossEntropyLoss')),
    )
    for part, layers in (
        ('embed', ('hh_layer', 'hh_layer2', 'hh_batch1', 'hh_layer3', 'hh_layer4', 'batch_norm1')),
        ('head', ('fc', 'fc2', 'batch_norm', 'fc4', 'bn')),
    ):
        names += [(rf'{name}\.', f'{part}.layers.{i}.') for i, name in enumerate(layers)]
    return Layout(model, names)


def _count(published: State, prefix: str) -> int:
    """Number of blocks ``prefix0``, ``prefix1``, ... in a file."""
    return len({found[1] for name in published if (found := re.match(re.escape(prefix) + r'(\d+)\.', name))})


def orsanet(published: State) -> Layout:
    """ORSANet of any size and number of classes, with its two frozen priors."""
    body, parser, points = ir50(published, 'ir_back.'), segface(published, 'face_segment.'), _face_landback(published)
    _, tokens, dims = published['pyramid_fuse.pos_embed'].shape
    depth = _count(published, 'pyramid_fuse.blocks.')
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


KINDS: dict[str, Callable[[State], Layout]] = {
    'orsanet': orsanet,
    'ir50': ir50,
    'mobilefacenet': mobilefacenet,
    'segface': segface,
    'mae': mae,
    'msceleb_resnet18': msceleb_resnet18,
    'latent_ofer': latent_ofer,
}
