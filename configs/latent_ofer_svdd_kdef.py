"""ViT-SVDD of the published size on KDEF, whose faces nothing covers: the second stage of Latent-OFER, as in the paper. Not trained by us.

The encoder is that of latent_ofer_mae_rafdb.py, or of a published file (python tools/convert/published.py mae SRC
checkpoints/latent_ofer_mae_rafdb.pth). The test holds black blocks before the faces, since their place is known.
"""

_base_ = ['latent_ofer_svdd_folder.py']

train_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
val_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
test_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, split='val'))
