"""FERPlus at its own 48 pixels with the votes as soft labels, light augmentation, and the test sets with occlusion and pose: for CPUs.

data/fer2013 holds FER2013 (csv, folders or zips) and ferplus/ with fer2013new.csv and the lists of occluded and turned faces.
"""

data_root = 'data/fer2013'
train_pipeline = [
    dict(type='LoadFace'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='NumpyToPIL', to_rgb=False),
    dict(type='torchvision/RandomAffine', degrees=12, translate=(0.08, 0.08), scale=(0.88, 1.12), interpolation='bilinear'),
    dict(type='PILToNumpy', to_bgr=False),
    dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.15, mode='rand'),
    dict(type='PackFace'),
]
test_pipeline = [dict(type='LoadFace'), dict(type='PackFace')]

train_dataloader = dict(
    batch_size=64,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(type='FERPlus', data_root=data_root, split='train', labels='soft', pipeline=train_pipeline),
)
val_dataloader = dict(
    batch_size=128,
    num_workers=1,
    persistent_workers=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FERPlus', data_root=data_root, split='val', pipeline=test_pipeline),
)
test_dataloader = dict(
    batch_size=128,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FERPlus', data_root=data_root, split='test', pipeline=test_pipeline),
)
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
test_sets = dict(
    test=dict(),
    occlusion=dict(subset=dict(list_file='ferplus/jianfei_occlusion_list.txt')),
    pose_30=dict(subset=dict(list_file='ferplus/pose_30_ferplus_list.txt')),
    pose_45=dict(subset=dict(list_file='ferplus/pose_45_ferplus_list.txt')),
    # ORSANet's Table 3 by the mean colour, as the published code does it, and the harder one by black: two protocols
    blocks_10_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1, fill='mean')]),
    blocks_20_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.2, fill='mean')]),
    blocks_30_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3, fill='mean')]),
    blocks_10_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1, fill='black')]),
    blocks_20_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.2, fill='black')]),
    blocks_30_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3, fill='black')]),
)
