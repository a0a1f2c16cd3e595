"""Plan: Latent-OFER on FERPlus (the autoencoder and the inpainter on FER2013, whose images these are), small, for a CPU."""

stages = dict(
    mae=dict(config='latent_ofer_mae_small_fer2013', checkpoint='checkpoints/latent_ofer_mae_small_fer2013.pth'),
    svdd=dict(
        config='latent_ofer_svdd_pasted_small_fer2013',
        checkpoint='checkpoints/latent_ofer_svdd_pasted_small_fer2013.pth',
    ),
    classifier=dict(config='irnet_small_ferplus', checkpoint='checkpoints/irnet_small_ferplus.pth'),
    inpainter=dict(
        config='latent_ofer_inpainter_small_fer2013',
        checkpoint='checkpoints/latent_ofer_inpainter_small_fer2013.pth',
    ),
    fer=dict(config='latent_ofer_fer_small_ferplus', checkpoint='checkpoints/latent_ofer_fer_small_ferplus.pth'),
)
