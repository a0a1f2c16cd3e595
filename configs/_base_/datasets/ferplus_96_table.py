"""FERPlus, enlarged to 96 pixels, in memory as one table: for trainings that augment whole batches, see FacePreprocessor.

Training has the votes as labels; images that are also in the validation or test split are left out. data/occluders holds cut-outs (RGBA).
Objects are pasted at the 48 pixels of the images: over an enlarged face they would be sharper than the face.
"""

data_root = 'data/fer2013'
pipeline = [dict(type='LoadFace'), dict(type='Resize', scale=96, backend='pillow'), dict(type='PackFace')]
grey = dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1))
pasted = [
    dict(type='LoadFace'),
    dict(type='PasteOccluders', folder='data/occluders', prob=0.5, seed=0),
    grey,
    dict(type='PackFace'),
]

train_dataloader = dict(
    batch_size=128,
    num_workers=0,
    drop_last=True,
    collate_fn=dict(type='whole_batch'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='ImageTable',
        dataset=dict(
            type='FERPlus', data_root=data_root, split='train', labels='soft', least_votes=2, without=('val', 'test'), pipeline=pipeline
        ),
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FERPlus', data_root=data_root, split='val', pipeline=pipeline),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FERPlus', data_root=data_root, split='test', pipeline=pipeline),
)
test_sets = dict(test=dict(), occlusion=dict(subset=dict(list_file='ferplus/jianfei_occlusion_list.txt')))
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
