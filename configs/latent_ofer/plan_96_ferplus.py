"""Plan: Latent-OFER at 96 pixels, FERPlus, for one GPU."""

stages = dict(
    mae=dict(config='latent_ofer_mae_96_ferplus', checkpoint='checkpoints/latent_ofer_mae_96_ferplus.pth'),
    svdd=dict(config='latent_ofer_svdd_pasted_96_ferplus', checkpoint='checkpoints/latent_ofer_svdd_pasted_96_ferplus.pth'),
    classifier=dict(config='resnet18_96_ferplus', checkpoint='checkpoints/resnet18_96_ferplus.pth'),
    inpainter=dict(config='latent_ofer_inpainter_96_ferplus', checkpoint='checkpoints/latent_ofer_inpainter_96_ferplus.pth'),
    fer=dict(config='latent_ofer_fer_96_ferplus', checkpoint='checkpoints/latent_ofer_fer_96_ferplus.pth'),
)
