"""AffectNet at 224 pixels, with the transforms and the sampler of the published recipe.

Get the data from its authors, for research, and put or link it to data/affectnet: the lists in Manually_Annotated_file_lists/ with
Manually_Annotated_Images/, or train_set/ and val_set/, or train/ and val/ with one folder a class. The labels of its test split are not
given out; as in the published work the validation split serves for both.
"""

train_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='ClassBalancedSampler'),
    dataset=dict(
        type='AffectNet',
        data_root='data/affectnet',
        split='train',
        pipeline=[
            dict(type='LoadFace'),
            dict(type='RandomFlip', prob=0.5),
            dict(type='Resize', scale=224),
            # filled with the mean colour, which is 0 after normalisation
            dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.1, fill_color=(124, 116, 104)),
            dict(type='PackFace'),
        ],
    ),
)
val_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='AffectNet',
        data_root='data/affectnet',
        split='val',
        pipeline=[dict(type='LoadFace'), dict(type='Resize', scale=224), dict(type='PackFace')],
    ),
)
test_dataloader = val_dataloader
test_sets = dict(
    test=dict(),
    blocks_10=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1)]),
    blocks_20=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.2)]),
    blocks_30=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3)]),
)
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
