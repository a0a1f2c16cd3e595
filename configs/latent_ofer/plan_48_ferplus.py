"""Plan: Latent-OFER at 48 pixels, FERPlus.

Weights of the package: the recogniser is in the loss of the inpainter and teaches recognition, which starts from the ORSANet.
"""

stages = dict(
    mae=dict(config='latent_ofer_mae_48_ferplus', checkpoint='checkpoints/latent_ofer_mae_48_ferplus.pth'),
    svdd=dict(config='latent_ofer_svdd_pasted_48_ferplus', checkpoint='checkpoints/latent_ofer_svdd_pasted_48_ferplus.pth'),
    inpainter=dict(config='latent_ofer_inpainter_48_ferplus', checkpoint='checkpoints/latent_ofer_inpainter_48_ferplus.pth'),
    fer=dict(config='latent_ofer_fer_48_ferplus', checkpoint='checkpoints/latent_ofer_fer_48_ferplus.pth'),
)
