"""A small POSTER V2 on drawn faces of 64 pixels, for CPUs, with the small landmark network that comes with the package."""

_base_ = [
    '_base_/poster_v2.py',
    'ofer::_base_/datasets/drawn_faces_64.py',
    'ofer::_base_/schedules/adamw_onecycle.py',
    'ofer::_base_/runtime.py',
]

custom_imports = dict(imports=['ofer_poster_v2', 'ofer.parent_names'])
model = dict(
    backbone=dict(
        _delete_=True,
        type='IRNet',
        arch=dict(stem=16, units=(1, 1, 2), channels=(16, 32, 64)),
        input_size=64,
        interpolation='bilinear',
        out_stages=(0, 1, 2),
    ),
    landmark_prior=dict(
        _delete_=True,
        type='LandmarkPyramidPrior',
        network=dict(type='MobileFaceNet', input_size=96, width=0.25),
        input_format=dict(size=64, channel_order='grey'),
        checkpoint='ofer::landmarks',
    ),
    interaction=dict(grid=4, channels=(16, 32, 64), landmark_channels=128, num_heads=(1, 2, 4), embed_dims=128, depth=1),
    head=dict(in_channels=128),
)
