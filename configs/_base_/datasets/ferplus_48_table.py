"""FERPlus at its own 48 pixels, in memory as one table: for trainings that augment whole batches, see FacePreprocessor.

The majority is the label; train_dataloader.dataset.dataset.labels='soft' trains on the votes. Images that are also in the validation or
test split are left out of training. Test sets as in ferplus_48.py.
"""

data_root = 'data/fer2013'
pipeline = [dict(type='LoadFace'), dict(type='PackFace')]

train_dataloader = dict(
    batch_size=128,
    num_workers=0,
    drop_last=True,
    collate_fn=dict(type='whole_batch'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='ImageTable',
        dataset=dict(type='FERPlus', data_root=data_root, split='train', without=('val', 'test'), pipeline=pipeline),
    ),
)
val_dataloader = dict(
    batch_size=256,
    num_workers=0,
    collate_fn=dict(type='whole_batch'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='ImageTable', dataset=dict(type='FERPlus', data_root=data_root, split='val', pipeline=pipeline)),
)
test_dataloader = dict(
    batch_size=256,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FERPlus', data_root=data_root, split='test', pipeline=pipeline),
)
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict(fp16=True)
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
