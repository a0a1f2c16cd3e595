"""SFEW at 224 pixels, seven classes.

Get the data from its authors, for research, and put or link it to data/sfew: Train/ and Val/, in each one folder per class.
The validation split is also the test split, as in the published work: there is no other.
"""

data_root = 'data/sfew'
train_pipeline = [
    dict(type='LoadFace'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='Resize', scale=224, backend='pillow'),
    # filled with the mean colour, which is 0 after normalisation
    dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.1, fill_color=(124, 116, 104)),
    dict(type='PackFace'),
]
test_pipeline = [dict(type='LoadFace'), dict(type='Resize', scale=224, backend='pillow'), dict(type='PackFace')]

train_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='ClassBalancedSampler'),
    dataset=dict(type='SFEW', data_root=data_root, split='train', pipeline=train_pipeline),
)
val_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SFEW', data_root=data_root, split='val', pipeline=test_pipeline),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
test_sets = dict(
    test=dict(),
    # ORSANet's Table 3 by the mean colour, as the published code does it, and the harder one by black: two protocols
    blocks_10_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1, fill='mean')]),
    blocks_20_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.2, fill='mean')]),
    blocks_30_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3, fill='mean')]),
    blocks_10_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1, fill='black')]),
    blocks_20_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.2, fill='black')]),
    blocks_30_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3, fill='black')]),
)
