"""The published recipe of Latent-OFER's recognition network: SGD at 0.1, a tenth of it every 10 epochs, 60 epochs; and its augmentation.

Images are drawn as they occur (plain shuffle). Turned or moved images are filled with black, erased places with the mean colour.
"""

train_cfg = dict(by_epoch=True, max_epochs=60, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=1e-4))
param_scheduler = dict(type='StepLR', step_size=10, gamma=0.1, by_epoch=True)

rotation = [
    dict(type='NumpyToPIL', to_rgb=False),
    dict(type='torchvision/RandomRotation', degrees=20),
    dict(type='PILToNumpy', to_bgr=False),
]
padded_crop = [dict(type='RandomCrop', crop_size=224, padding=32)]
fer_pipeline = [
    dict(type='LoadFace'),
    dict(type='Resize', scale=224, backend='pillow'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='RandomApply', transforms=[dict(type='RandomChoice', transforms=[rotation, padded_crop])], prob=0.2),
    dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.25, fill_color=(124, 116, 104)),
    dict(type='PackFace'),
]
del rotation, padded_crop
