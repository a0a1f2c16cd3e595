"""Latent-OFER on RAF-DB, at its published sizes; the detector learns on KDEF, as in the paper."""

stages = dict(
    mae=dict(config='configs/latent_ofer_mae_rafdb.py', checkpoint='checkpoints/latent_ofer_mae_rafdb.pth'),
    svdd=dict(
        config='configs/latent_ofer_svdd_kdef.py',
        checkpoint='checkpoints/latent_ofer_svdd_rafdb.pth',
        options=['model.latents.checkpoint=checkpoints/latent_ofer_mae_rafdb.pth'],
    ),
    classifier=dict(config='configs/resnet18_rafdb.py', checkpoint='checkpoints/resnet18_rafdb.pth'),
    inpainter=dict(config='configs/latent_ofer_inpainter_rafdb.py', checkpoint='checkpoints/latent_ofer_inpainter_rafdb.pth'),
    fer=dict(config='configs/latent_ofer_fer_rafdb.py', checkpoint='checkpoints/latent_ofer_fer_rafdb.pth'),
)
