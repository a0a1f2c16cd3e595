"""One-class SVM on FER2013's faces, on the frozen latents of latent_ofer_svdd_pasted_small_fer2013.py, which comes first."""

_base_ = ['_base_/runtime.py', '_base_/fer2013_occlusion.py']

import mmengine

num_epochs = 1

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    latents=dict(
        type='LatentPrior',
        network=mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_svdd_pasted_small_fer2013.py').model.encoder.network,
        input_format=dict(size=64),
        checkpoint='checkpoints/latent_ofer_svdd_ferplus.pth',
    ),
    detector=dict(type='LatentOneClassSVM', in_channels=96, nu=0.03),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
model_wrapper_cfg = dict(type='AveragedGradients')  # in several processes: DDP refuses a model without gradients
optim_wrapper = dict(optimizer=dict(type='SGD', lr=1e-3))
custom_hooks = [dict(type='OneClassHook', interval=num_epochs)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=num_epochs, save_best=None))
