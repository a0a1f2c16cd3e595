"""The published files of POSTER: ``ofer convert poster SRC DST --labels rafdb`` (or ``affectnet7``).

A file does not state the order of its colour channels. The network for RAF-DB was trained on BGR images, and ``--labels rafdb`` says so in
the converted file.
"""

from ofer.convert import ir50, mobilefacenet
from ofer.convert.renaming import Layout, State, count_blocks
from ofer.models.layers.input_format import IMAGENET_MEAN, IMAGENET_STD

SCALES = 'lms'


def layout(published: State) -> Layout:
    """POSTER of any size and number of classes, with or without the convolution over tokens."""
    body, points = ir50.layout(published, 'ir_back.'), mobilefacenet.layout(published, 'face_landback.')
    _, tokens, dims = published['pyramid_fuse.pos_embed'].shape
    grid, (num_classes, _) = round((tokens - 1) ** 0.5), published['head.linear.weight'].shape
    model = dict(
        type='ORSANet',
        data_preprocessor=dict(
            type='FacePreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], num_classes=num_classes
        ),
        backbone=body.model,
        tokens=dict(type='GridTokens', in_channels=256, in_size=2 * grid, grid=grid, embed_dims=dims, layout='published'),
        landmark_prior=dict(
            type='LandmarkPrior',
            network=points.model,
            input_format=dict(size=112, mean=IMAGENET_MEAN, std=IMAGENET_STD, channel_order='rgb', interpolation='nearest'),
        ),
        interaction=dict(
            type='TwoWayMCM',
            size=count_blocks(published, 'pyramid_fuse.blocks.'),
            embed_dims=dims,
            grid=grid,
            query_projection=False,
            reintegration='pyramid_fuse.blocks.0.block_l.conv.weight' in published,
        ),
        head=dict(type='GatedLinearHead', num_classes=num_classes, in_channels=dims, loss=dict(type='CrossEntropyLoss')),
    )
    block = r'pyramid_fuse\.(blocks\.\d+)\.'
    parts = {'attn_img': 'attn', 'attn_lm': 'landmark_attn', 'mlp1': 'mlp', 'mlp2': 'landmark_mlp'}
    names = [
        (r'ir_back\.', 'backbone.'),
        (r'ir_layer\.', 'tokens.proj.'),
        (r'face_landback\.', 'landmark_prior.network.'),
        (r'pyramid_fuse\.downsample_m\.', 'interaction.narrow.0.'),
        (r'pyramid_fuse\.downsample_s\.', 'interaction.narrow.1.'),
        *(
            (block + rf'block_{scale}\.{theirs}\.', rf'interaction.\1.fusions.{i}.{ours}.')
            for i, scale in enumerate(SCALES)
            for theirs, ours in parts.items()
        ),
        *((block + rf'block_{scale}\.', rf'interaction.\1.fusions.{i}.') for i, scale in enumerate(SCALES)),
        *((block + rf'upsample_{scale}\.', rf'interaction.\1.widen.{i}.') for i, scale in enumerate(SCALES[1:])),
        (r'pyramid_fuse\.', 'interaction.'),
        (r'se_block\.linear1\.', 'head.gate.layers.0.'),
        (r'se_block\.linear2\.', 'head.gate.layers.2.'),
        (r'head\.linear\.', 'head.fc.'),
    ]
    dead = [*body.dead, (r'pyramid_fuse\.cls_token$', 'class token: the mean token replaces it')]
    bgr = {f'{part}.channel_order': 'bgr' for part in ('data_preprocessor', 'landmark_prior.input_format')}
    return Layout(model, names, dead, outputs=('head.fc.weight', 'head.fc.bias'), variants={'rafdb': bgr})
