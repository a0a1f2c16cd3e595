"""Plan: Latent-OFER on AffectNet, seven classes, at its published sizes; the detector learns on KDEF, as in the paper."""

stages = dict(
    mae=dict(config='latent_ofer_mae_affectnet7', checkpoint='checkpoints/latent_ofer_mae_affectnet7.pth'),
    svdd=dict(config='latent_ofer_svdd_affectnet7', checkpoint='checkpoints/latent_ofer_svdd_affectnet7.pth'),
    classifier=dict(config='resnet18_affectnet7', checkpoint='checkpoints/resnet18_affectnet7.pth'),
    inpainter=dict(config='latent_ofer_inpainter_affectnet7', checkpoint='checkpoints/latent_ofer_inpainter_affectnet7.pth'),
    fer=dict(config='latent_ofer_fer_affectnet7', checkpoint='checkpoints/latent_ofer_fer_affectnet7.pth'),
)
