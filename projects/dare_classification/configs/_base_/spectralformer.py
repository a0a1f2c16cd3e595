"""SpectralFormer: cross entropy and DARE. Experiments state bands, values of a token (patch * patch * group), and classes."""

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', to_rgb=False),
    backbone=dict(type='SpectralFormer', embed_dims=64, depth=5, num_heads=4, mlp_dims=8, dropout=0.1, fusion=True),
    head=dict(
        type='LinearClsHead',
        in_channels=64,
        loss=dict(type='ScheduledLoss', phases=[dict(terms=[dict(type='CrossEntropyLoss'), dict(type='DARELoss', loss_weight=0.1)])]),
    ),
)
