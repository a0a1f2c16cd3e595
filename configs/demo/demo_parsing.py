"""`make demo-train`, second step: a face parser on drawn faces, half of them occluded. It becomes the semantic prior of demo_orsanet.py."""

_base_ = [
    '../_base_/models/segface_mobilenet.py',
    '../_base_/datasets/demo_priors.py',
    '../_base_/schedules/adamw_warmup_2e.py',
    '../_base_/runtime.py',
]

work_dir = 'work_dirs/demo_train/parsing'
train_dataloader = dict(batch_size=8)
val_evaluator = dict(type='ParsingMetric')
test_evaluator = val_evaluator
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
