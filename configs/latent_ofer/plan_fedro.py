"""Plan: Latent-OFER on RAF-DB and AffectNet together, for FED-RO, at its published sizes; the detector learns on KDEF, as in the paper."""

stages = dict(
    mae=dict(config='latent_ofer_mae_fedro', checkpoint='checkpoints/latent_ofer_mae_fedro.pth'),
    svdd=dict(config='latent_ofer_svdd_fedro', checkpoint='checkpoints/latent_ofer_svdd_fedro.pth'),
    classifier=dict(config='resnet18_fedro', checkpoint='checkpoints/resnet18_fedro.pth'),
    inpainter=dict(config='latent_ofer_inpainter_fedro', checkpoint='checkpoints/latent_ofer_inpainter_fedro.pth'),
    fer=dict(config='latent_ofer_fer_fedro', checkpoint='checkpoints/latent_ofer_fer_fedro.pth'),
)
