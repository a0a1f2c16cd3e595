"""Plan: Latent-OFER at 48 pixels, FERPlus. The recogniser and the ORSANet of the package take part in the last two stages."""

stages = dict(
    mae=dict(config='latent_ofer_mae_48_ferplus', checkpoint='checkpoints/latent_ofer_mae_48_ferplus.pth'),
    svdd=dict(config='latent_ofer_svdd_pasted_48_ferplus', checkpoint='checkpoints/latent_ofer_svdd_pasted_48_ferplus.pth'),
    inpainter=dict(config='latent_ofer_inpainter_48_ferplus', checkpoint='checkpoints/latent_ofer_inpainter_48_ferplus.pth'),
    fer=dict(config='latent_ofer_fer_48_ferplus', checkpoint='checkpoints/latent_ofer_fer_48_ferplus.pth'),
)
