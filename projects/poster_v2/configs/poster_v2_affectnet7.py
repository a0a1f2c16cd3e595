"""POSTER V2 on AffectNet, seven classes, with the published recipe: 1e-6, five per cent of each image erased (67.49)."""

_base_ = ['_base_/poster_v2.py', '_base_/sam_adam_200e.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_poster_v2', 'ofer.parent_names'])

*steps, erase, pack = _base_.train_pipeline
erase.update(erase_prob=1.0, min_area_ratio=0.05, max_area_ratio=0.05)
train_dataloader = dict(batch_size=144, dataset=dict(pipeline=[*steps, erase, pack]))
del steps, erase, pack
optim_wrapper = dict(optimizer=dict(lr=1e-6))
