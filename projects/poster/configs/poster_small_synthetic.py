"""A small POSTER on drawn faces of 64 pixels, for CPUs, with the small landmark network that comes with the package."""

_base_ = [
    '_base_/poster.py',
    'ofer::_base_/datasets/drawn_faces_64.py',
    'ofer::_base_/schedules/adamw_onecycle.py',
    'ofer::_base_/runtime.py',
]

custom_imports = dict(imports=['ofer_poster', 'ofer.parent_names'])
model = dict(
    backbone=dict(arch='ir_small', input_size=64, checkpoint=None),
    tokens=dict(in_size=8, grid=4, embed_dims=128),
    landmark_prior=dict(
        network=dict(input_size=96, width=0.25),
        input_format=dict(_delete_=True, size=64, channel_order='grey'),
        checkpoint='ofer::landmarks',
    ),
    interaction=dict(size=1, embed_dims=128, landmark_channels=128, grid=4),
    head=dict(in_channels=128),
)
