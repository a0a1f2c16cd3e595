"""Latent-OFER on AffectNet, seven classes, at its published sizes; the detector learns on KDEF, as in the paper."""

stages = dict(
    mae=dict(config='configs/latent_ofer_mae_affectnet7.py', checkpoint='checkpoints/latent_ofer_mae_affectnet7.pth'),
    svdd=dict(
        config='configs/latent_ofer_svdd_kdef.py',
        checkpoint='checkpoints/latent_ofer_svdd_affectnet7.pth',
        options=['model.latents.checkpoint=checkpoints/latent_ofer_mae_affectnet7.pth'],
    ),
    classifier=dict(config='configs/resnet18_affectnet7.py', checkpoint='checkpoints/resnet18_affectnet7.pth'),
    inpainter=dict(config='configs/latent_ofer_inpainter_affectnet7.py', checkpoint='checkpoints/latent_ofer_inpainter_affectnet7.pth'),
    fer=dict(config='configs/latent_ofer_fer_affectnet7.py', checkpoint='checkpoints/latent_ofer_fer_affectnet7.pth'),
)
