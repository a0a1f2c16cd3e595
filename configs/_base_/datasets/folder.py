"""Your own faces at 224 pixels: data/faces with train, val and test, and in each one folder per class (surprise, fear, happy ...).

Faces elsewhere: --cfg-options data_root=FOLDER. Folders with other names need dataset.mapping, other classes than the basic expressions
dataset.classes; see FaceFolder. The test set of objects is a copy with cut-outs (RGBA) pasted over the faces:

    ofer prepare occluded-set configs/baselines/resnet18_folder.py --occluders data/occluders --out data/faces_occluded

Without it, choose the other test sets: ofer test ... --sets test blocks_30_black
"""

data_root = 'data/faces'
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
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(type='FaceFolder', data_root=data_root, split='train', pipeline=train_pipeline),
)
val_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FaceFolder', data_root=data_root, split='val', pipeline=test_pipeline),
)
test_dataloader = dict(
    batch_size=32,
    num_workers=4,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FaceFolder', data_root=data_root, split='test', pipeline=test_pipeline),
)
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
    objects=dict(data_root='data/faces_occluded', before_packing=[dict(type='LoadOcclusion')]),
)
