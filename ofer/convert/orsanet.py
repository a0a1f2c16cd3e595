"""Published ORSANet, with its two frozen priors."""

import re

from ofer.convert import ir50, mobilefacenet, segface
from ofer.convert.renaming import Layout, Rules, State, count_blocks


def layout(published: State) -> Layout:
    """ORSANet of any size and number of classes, with its two frozen priors."""
    body = ir50.layout(published, 'ir_back.')
    parser = segface.layout(published, 'face_segment.')
    points = mobilefacenet.layout(published, 'face_landback.')
    _, tokens, dims = published['pyramid_fuse.pos_embed'].shape
    depth = count_blocks(published, 'pyramid_fuse.blocks.')
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
    dead = [*body.dead, *parser.dead, (r'pyramid_fuse\.cls_token$', 'class token of MCM: the mean token replaces it')]
    return Layout(model, names, dead, outputs=('head.fc.weight', 'head.fc.bias'))


def _under(source: str, target: str, rules: Rules) -> Rules:
    """Rules for a network with prefix ``source`` in the file and ``target`` in this library."""
    return [(re.escape(source) + pattern, target + replacement) for pattern, replacement in rules]
