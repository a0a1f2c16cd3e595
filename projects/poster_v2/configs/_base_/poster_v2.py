"""POSTER V2: maps of IR50 and of a frozen MobileFaceNet at three scales, seven classes.

Weights: checkpoints/{ir50,mobilefacenet}.pth, written by `ofer convert` from the published files. To train from scratch, set
model.backbone.checkpoint=None.
"""

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='IRNet', arch='ir50', input_size=112, out_stages=(0, 1, 2), checkpoint='checkpoints/ir50.pth'),
    tokens=None,
    landmark_prior=dict(
        type='LandmarkPyramidPrior',
        network=dict(type='MobileFaceNet'),
        input_format='published',  # the image that the backbone sees
        checkpoint='checkpoints/mobilefacenet.pth',
    ),
    interaction=dict(type='WindowFusionPyramid', grid=7, channels=(64, 128, 256), landmark_channels=512, embed_dims=768, depth=2),
    head=dict(type='GatedLinearHead', num_classes=7, in_channels=768, loss=dict(type='CrossEntropyLoss')),
)
