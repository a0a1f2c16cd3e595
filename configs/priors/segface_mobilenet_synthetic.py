"""SegFace with MobileNet-V3 on drawn faces, half of them occluded: a small parsing prior without published weights."""

_base_ = [
    '../_base_/models/segface_mobilenet.py',
    '../_base_/datasets/drawn_priors.py',
    '../_base_/schedules/adamw_warmup.py',
    '../_base_/runtime.py',
]

train_dataloader = dict(batch_size=16)  # small batches: at 32 the small classes are learnt much later
val_evaluator = dict(type='ParsingMetric')
test_evaluator = val_evaluator
default_hooks = dict(checkpoint=dict(save_best='mean_iou'))
