"""Face parser for real faces, trained without manual labels: polygons of landmarks on faces of FER2013, and pasted objects as background.

First:
    ofer prepare landmarks configs/priors/segface_mobilenet_fer2013.py checkpoints/mobilefacenet.pth data/fer2013_landmarks.npz
Cut-outs of objects (RGBA) are in data/occluders. Landmarks do not contain hair: it is background.
"""

_base_ = [
    '../_base_/models/segface_mobilenet.py',
    '../_base_/datasets/fer2013_parsing.py',
    '../_base_/schedules/adamw_parsing.py',
    '../_base_/runtime.py',
]

default_hooks = dict(checkpoint=dict(by_epoch=False, interval=_base_.num_iters, save_best='mean_iou'))
log_processor = dict(by_epoch=False)
