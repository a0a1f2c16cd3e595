"""ViT-SVDD (ViT-B/16 at 224) on KDEF's faces, on the latents of both's masked autoencoder. Not trained by us.

First the autoencoder, which latent_ofer_mae_fedro.py trains; a published file is also possible (ofer convert mae SRC
checkpoints/latent_ofer_mae_fedro.pth).
"""

_base_ = [
    '../_base_/models/latent_ofer.py',
    '../_base_/datasets/kdef_occlusion.py',
    '../_base_/schedules/one_class.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.detector.model)
model['latents']['checkpoint'] = 'checkpoints/latent_ofer_mae_fedro.pth'

train_cfg = dict(max_epochs=20, val_interval=20)
param_scheduler = dict(end=20)
custom_hooks = [dict(type='OneClassHook', interval=20)]
default_hooks = dict(checkpoint=dict(interval=20, save_best=None))
