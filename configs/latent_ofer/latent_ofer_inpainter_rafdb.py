"""Hybrid reconstruction at its published size on RAF-DB: U-Net with self-assembly at 32 x 32, all terms of Eq. 5.

Not trained by us. First stages, which ofer train-stages configs/latent_ofer/plan_rafdb.py trains: the masked autoencoder and a
classifier. By hand: checkpoints/vgg16.pth, torchvision's vgg16-397923af.pth, and data/occluders, cut-outs of objects (RGBA).
Alternatives to self-assembly: model.generator.assembly.type=CoherentSemanticAttention or ConventionalAssembly.
"""

_base_ = [
    '../_base_/models/latent_ofer.py',
    '../_base_/datasets/rafdb.py',
    '../_base_/schedules/inpainting_120e.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.inpainter.model)
model['coarse']['checkpoint'] = 'checkpoints/latent_ofer_mae_rafdb.pth'
model['semantic']['checkpoint'] = 'checkpoints/resnet18_rafdb.pth'

train_dataloader = dict(
    batch_size=1, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.painting_train)
)
val_dataloader = dict(dataset=dict(pipeline=_base_.painting_val))
test_dataloader = dict(dataset=dict(pipeline=_base_.painting_test))
test_sets = dict(_delete_=True, **_base_.painting_sets)
val_evaluator = dict(_delete_=True, type='InpaintingMetric')
test_evaluator = val_evaluator
default_hooks = dict(checkpoint=dict(save_best='psnr_hole'))
