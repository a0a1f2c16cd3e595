"""Latent-OFER on FERPlus (the autoencoder and the inpainter on FER2013, whose images these are), small, for a CPU."""

stages = dict(
    mae=dict(config='configs/latent_ofer_mae_small_fer2013.py', checkpoint='checkpoints/latent_ofer_mae_ferplus.pth'),
    svdd=dict(config='configs/latent_ofer_svdd_pasted_small_fer2013.py', checkpoint='checkpoints/latent_ofer_svdd_ferplus.pth'),
    classifier=dict(config='configs/irnet_small_ferplus.py', checkpoint='checkpoints/irnet_small_ferplus.pth'),
    inpainter=dict(config='configs/latent_ofer_inpainter_small_fer2013.py', checkpoint='checkpoints/latent_ofer_inpainter_ferplus.pth'),
    fer=dict(config='configs/latent_ofer_fer_small_ferplus.py', checkpoint='checkpoints/latent_ofer_fer_ferplus.pth'),
)
