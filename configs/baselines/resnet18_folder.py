"""ResNet-18 on your own faces: the config to start with.

Faces elsewhere than in data/faces: --cfg-options data_root=FOLDER. For other classes set them in the data sets and their number in the
model: --cfg-options train_dataloader.dataset.classes="['calm','pain']" ... model.head.num_classes=2 model.data_preprocessor.num_classes=2
"""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/datasets/folder.py',
    '../_base_/schedules/adamw_onecycle_60e.py',
    '../_base_/runtime.py',
]

train_dataloader = dict(batch_size=64)
