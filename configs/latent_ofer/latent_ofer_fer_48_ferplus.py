"""The recognition network of Latent-OFER at 48 pixels, FERPlus, with the latents of latent_ofer_mae_48_ferplus.py's encoder.

The image backbone starts from the ORSANet of the package, whose first three stages are the same. Four fifths of each label are what the
recogniser of the package predicts for the face without occluders. About two thirds of the training faces are occluded.
"""

_base_ = [
    '../_base_/models/latent_ofer_48.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=14.0, scale=(0.88, 1.12), translate=0.06),
    dict(type='TeacherLabels', teacher=_base_.model.inpainter.model.semantic.classifier, checkpoints=['ofer::recogniser'], share=0.8),
    dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.2),
    dict(type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.75)), prob=0.2),
    dict(type='BatchErasing', prob=0.5, size=(0.15, 0.55), fills=('mean', 'black', 'grey', 'noise', 'face')),
    dict(type='BatchLight', brightness=0.08, contrast=(0.8, 1.25)),
]
model = dict(_delete_=True, **_base_.model.classifier.model)
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
model['backbone'] = dict(model['backbone'], init_cfg=dict(type='Pretrained', checkpoint='ofer::orsanet', prefix='backbone'))
del augmentations

num_epochs = 4
falling = 1  # from this epoch on

train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
train_cfg = dict(max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(lr=3e-3))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.05, begin=0, end=0.5, by_epoch=True, convert_to_iter_based=True),
    dict(type='LinearLR', start_factor=1.0, end_factor=0.005, begin=falling, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
default_hooks = dict(checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
