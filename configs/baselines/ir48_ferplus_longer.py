"""ir48_ferplus.py for 20 epochs more, in small batches and with fewer occluders: the first training was short of steps.

First: ofer train configs/baselines/ir48_ferplus.py, and its weights as checkpoints/ir48_ferplus.pth.
"""

_base_ = ['../_base_/models/ir48.py', '../_base_/datasets/ferplus_48_table.py', '../_base_/schedules/sgd_linear.py', '../_base_/runtime.py']

load_from = 'checkpoints/ir48_ferplus.pth'
num_epochs = 20

model = dict(
    data_preprocessor=dict(
        augmentations=[
            dict(type='BatchAffine', flip=0.5, degrees=14.0, scale=(0.88, 1.12), translate=0.06),
            dict(
                type='BatchPasting',
                source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.75)),
                prob=0.15,
            ),
            dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.15),
            dict(type='BatchErasing', prob=0.4, size=(0.12, 0.5), fills=('mean', 'black', 'grey', 'noise', 'face')),
            dict(type='BatchLight', brightness=0.08, contrast=(0.8, 1.25)),
        ]
    )
)

train_dataloader = dict(batch_size=64, dataset=dict(dataset=dict(labels='soft', least_votes=2)))
train_cfg = dict(max_epochs=num_epochs)
optim_wrapper = dict(optimizer=dict(lr=0.05))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, begin=0, end=1, by_epoch=True, convert_to_iter_based=True),
    dict(type='LinearLR', start_factor=1.0, end_factor=0.001, begin=4, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
custom_hooks = [
    dict(type='ChannelsLastHook'),
    dict(type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.003, update_buffers=True),
]
