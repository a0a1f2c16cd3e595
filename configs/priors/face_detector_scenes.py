"""The small face detector that ships with the package: grey, anchor-free, five points, trained on composed scenes.

First label the images with a detector (here YuNet, whose conventions boxes and points follow):
    ofer crop data/fer2013/train.zip data/face_boxes/fer2013_train --boxes-only --detector yunet
and likewise for fer2013/val.zip and for data/portraits, photographs of one person each. Cut-outs (RGBA) are in data/occluders, masks in its
folder mask.
"""

_base_ = ['../_base_/runtime.py']

num_iters = 2600
size = 128

model = dict(
    type='FaceDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5], std=[64.0], to_rgb=False),
    backbone=dict(type='FacePyramid', channels=(8, 24, 48, 96, 128), depth=(2, 2, 2), out_channels=48),
    head=dict(type='FaceHead', channels=48, depth=2),
    loss=dict(type='FaceDetectionLoss'),
    threshold=0.05,  # average precision also needs detections with low scores
)

scenes = dict(
    type='FaceScenes',
    size=size,
    sizes=(9.0, 125.0),
    portraits=dict(images='data/portraits', boxes='data/face_boxes/portraits/faces.csv'),
    occluders='data/occluders',
    pipeline=[dict(type='PackScene')],
)
train_dataloader = dict(
    batch_size=48,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        **scenes,
        split='train',
        length=48 * num_iters,
        drawn=3000,
        crops=dict(images='data/fer2013/train.zip', boxes='data/face_boxes/fer2013_train/faces.csv'),
    ),
)
val_dataloader = dict(
    batch_size=48,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **scenes,
        split='val',
        length=960,
        drawn=200,
        crops=dict(images='data/fer2013/val.zip', boxes='data/face_boxes/fer2013_val/faces.csv'),
    ),
)
val_evaluator = dict(type='FaceMetric')
val_cfg = dict()
test_dataloader, test_evaluator, test_cfg = val_dataloader, val_evaluator, dict()

train_cfg = dict(by_epoch=False, max_iters=num_iters, val_interval=650)
optim_wrapper = dict(
    type='MixedPrecisionOptimWrapper',
    optimizer=dict(type='AdamW', lr=3e-3, weight_decay=0.02),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=3e-3, total_steps=num_iters, by_epoch=False, pct_start=0.15)
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=650, save_best='ap'))
log_processor = dict(by_epoch=False)
