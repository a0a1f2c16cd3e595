"""The published files of POSTER V2: ``ofer convert poster_v2 SRC DST --labels rafdb``.

The file that its training calls the best holds the state of the optimiser and no weights; the converter says that nothing is found in it.
"""

from ofer.convert import mobilefacenet
from ofer.convert.renaming import Layout, Rules, State, count_blocks
from ofer.models.layers.input_format import IMAGENET_MEAN, IMAGENET_STD


def layout(published: State) -> Layout:
    """POSTER V2 with any number of blocks and classes."""
    points = mobilefacenet.layout(published, 'face_landback.')
    num_classes, dims = published['VIT.head.linear.weight'].shape
    scales = range(1, 4)
    tables = [published[f'attn{scale}.relative_position_bias_table'].shape for scale in scales]
    channels = tuple(len(published[f'conv{scale}.weight']) for scale in scales)
    units = tuple(count_blocks(published, f'ir_back.body{scale}.') for scale in scales)
    arch = dict(stem=len(published['ir_back.input_layer.0.weight']), units=units, channels=channels)
    model = dict(
        type='ORSANet',
        data_preprocessor=dict(
            type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=num_classes
        ),
        backbone=dict(
            type='IRNet',
            arch='ir50' if arch == dict(stem=64, units=(3, 4, 14), channels=(64, 128, 256)) else arch,
            out_stages=(0, 1, 2),
        ),
        tokens=None,
        landmark_prior=dict(
            type='LandmarkPyramidPrior',
            network=points.model,
            input_format=dict(size=112, mean=IMAGENET_MEAN, std=IMAGENET_STD, channel_order='rgb', interpolation='nearest'),
        ),
        interaction=dict(
            type='WindowFusionPyramid',
            grid=round((round(tables[-1][0] ** 0.5) + 1) / 2),
            channels=channels,
            landmark_channels=published['last_face_conv.weight'].shape[1],
            num_heads=tuple(heads for _, heads in tables),
            embed_dims=dims,
            depth=count_blocks(published, 'VIT.blocks.'),
        ),
        head=dict(type='GatedLinearHead', num_classes=num_classes, in_channels=dims, loss=dict(type='CrossEntropyLoss')),
    )
    names: Rules = [
        (r'ir_back\.input_layer\.', 'backbone.input_layer.'),
        *(
            (rf'ir_back\.body{scale}\.{i}\.', f'backbone.body.{sum(units[: scale - 1]) + i}.')
            for scale in scales
            for i in range(units[scale - 1])
        ),
        (r'face_landback\.', 'landmark_prior.network.'),
        (r'last_face_conv\.', 'interaction.reduce_landmarks.'),
        *((rf'conv{scale}\.', f'interaction.reduce.{scale - 1}.') for scale in scales),
        *(
            (pattern.format(scale), f'interaction.scales.{scale - 1}.{ours}')
            for scale in scales
            for pattern, ours in (
                (r'window{}\.norm\.', 'norm1.'),
                (r'attn{}\.qkv\.', 'kv.'),
                (r'attn{}\.proj\.', 'proj.'),
                (r'attn{}\.relative_position_bias_table$', 'position.relative_position_bias_table'),
                (r'ffn{}\.norm\.', 'norm2.'),
                (r'ffn{}\.', ''),
            )
        ),
        (r'embed_q\.', 'interaction.embed.0.'),
        (r'embed_k\.0\.', 'interaction.embed.1.'),
        (r'embed_v\.proj\.', 'interaction.embed.2.'),
        (r'VIT\.cls_token$', 'interaction.class_token'),
        (r'VIT\.se_block\.linear1\.', 'head.gate.layers.0.'),
        (r'VIT\.se_block\.linear2\.', 'head.gate.layers.2.'),
        (r'VIT\.head\.linear\.', 'head.fc.'),
        (r'VIT\.', 'interaction.'),
    ]
    dead: Rules = [
        (r'ir_back\.output_layer\.', "IR's embedding layer: never used"),
        (r'VIT\.(CON1|IRLinear1|IRLinear2|patch_embed|eca_block)\.', 'layers of the transformer: never used'),
        (r'VIT\.blocks\.\d+\.conv\.', 'convolution over tokens: never used'),
        (r'attn\d\.relative_position_index$', 'index tables, which are computed'),
    ]
    return Layout(model, names, dead, outputs=('head.fc.weight', 'head.fc.bias'))
