"""Latent-OFER on KDEF, at its published sizes; the detector learns on KDEF, as in the paper."""

stages = dict(
    mae=dict(config='configs/latent_ofer_mae_kdef.py', checkpoint='checkpoints/latent_ofer_mae_kdef.pth'),
    svdd=dict(
        config='configs/latent_ofer_svdd_kdef.py',
        checkpoint='checkpoints/latent_ofer_svdd_kdef.pth',
        options=['model.latents.checkpoint=checkpoints/latent_ofer_mae_kdef.pth'],
    ),
    classifier=dict(config='configs/resnet18_kdef.py', checkpoint='checkpoints/resnet18_kdef.pth'),
    inpainter=dict(config='configs/latent_ofer_inpainter_kdef.py', checkpoint='checkpoints/latent_ofer_inpainter_kdef.pth'),
    fer=dict(config='configs/latent_ofer_fer_kdef.py', checkpoint='checkpoints/latent_ofer_fer_kdef.pth'),
)
