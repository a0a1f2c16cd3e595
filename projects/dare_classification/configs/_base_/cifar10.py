"""CIFAR-10, read by torchvision from data/cifar10/cifar-10-batches-py, at 224 pixels."""

data_root = 'data/cifar10'
test_pipeline = [
    dict(type='LoadFace'),
    dict(type='Resize', scale=224, backend='pillow', interpolation='bicubic'),
    dict(type='PackFace'),
]

train_dataloader = dict(
    batch_size=128,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='TorchvisionCIFAR',
        data_root=data_root,
        split='train',
        pipeline=[
            dict(type='LoadFace'),
            dict(type='RandomResizedCrop', scale=224, backend='pillow', interpolation='bicubic'),
            dict(type='RandomFlip', prob=0.5),
            dict(type='RandAugment', policies='timm_increasing', num_policies=2, total_level=10, magnitude_level=9, magnitude_std=0.5),
            dict(type='PackFace'),
        ],
    ),
)
val_dataloader = dict(
    batch_size=128,
    num_workers=4,
    persistent_workers=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='TorchvisionCIFAR', data_root=data_root, split='test', pipeline=test_pipeline),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
