"""AffectNet at 224 pixels, seven classes (eight with num_classes=8), with the transforms and the sampler of ORSANet's published recipe.

Get the data from its authors, for research, and put or link it to data/affectnet: the lists in Manually_Annotated_file_lists/ with
Manually_Annotated_Images/, or train_set/ and val_set/, or train/ and val/ with one folder per class. Images are taken as they are: crop
the faces first if your copy holds whole photographs. The lists of occluded and turned faces, which come with Region Attention Networks,
are read from the same folder and fit copies with the images' first names only; FED-RO is read from data/fedro. `ofer test --sets test
fed_ro`, for example, tests on the sets that you have. The validation split is also the test split, as in the published work.
"""

data_root = 'data/affectnet'
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
    dataset=dict(type='AffectNet', data_root=data_root, split='train', pipeline=train_pipeline),
)
val_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='AffectNet', data_root=data_root, split='val', pipeline=test_pipeline),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
test_sets = dict(
    test=dict(),
    occlusion=dict(subset=dict(list_file='occlusion_affectnet_list.txt')),
    pose_30=dict(subset=dict(list_file='pose_30_affectnet_list.txt')),
    pose_45=dict(subset=dict(list_file='pose_45_affectnet_list.txt')),
    fed_ro=dict(type='FEDRO', data_root='data/fedro', split='test', num_classes=7),
    # ORSANet's Table 3 by the mean colour, as the published code does it, and the harder one by black: two protocols
    blocks_10_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1, fill='mean')]),
    blocks_20_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.2, fill='mean')]),
    blocks_30_mean=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3, fill='mean')]),
    blocks_10_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1, fill='black')]),
    blocks_20_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.2, fill='black')]),
    blocks_30_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3, fill='black')]),
)
