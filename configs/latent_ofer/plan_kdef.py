"""Plan: Latent-OFER on KDEF, at its published sizes; the detector learns on KDEF, as in the paper."""

stages = dict(
    mae=dict(config='latent_ofer_mae_kdef', checkpoint='checkpoints/latent_ofer_mae_kdef.pth'),
    svdd=dict(config='latent_ofer_svdd_kdef', checkpoint='checkpoints/latent_ofer_svdd_kdef.pth'),
    classifier=dict(config='resnet18_kdef', checkpoint='checkpoints/resnet18_kdef.pth'),
    inpainter=dict(config='latent_ofer_inpainter_kdef', checkpoint='checkpoints/latent_ofer_inpainter_kdef.pth'),
    fer=dict(config='latent_ofer_fer_kdef', checkpoint='checkpoints/latent_ofer_fer_kdef.pth'),
)
