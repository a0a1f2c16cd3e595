"""Plan: Latent-OFER on RAF-DB, at its published sizes; the detector learns on KDEF, as in the paper."""

stages = dict(
    mae=dict(config='latent_ofer_mae_rafdb', checkpoint='checkpoints/latent_ofer_mae_rafdb.pth'),
    svdd=dict(config='latent_ofer_svdd_rafdb', checkpoint='checkpoints/latent_ofer_svdd_rafdb.pth'),
    classifier=dict(config='resnet18_rafdb', checkpoint='checkpoints/resnet18_rafdb.pth'),
    inpainter=dict(config='latent_ofer_inpainter_rafdb', checkpoint='checkpoints/latent_ofer_inpainter_rafdb.pth'),
    fer=dict(config='latent_ofer_fer_rafdb', checkpoint='checkpoints/latent_ofer_fer_rafdb.pth'),
)
