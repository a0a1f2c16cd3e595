"""Plan: Latent-OFER on drawn faces of 64 pixels, for two cores."""

stages = dict(
    mae=dict(config='latent_ofer_mae_synthetic', checkpoint='checkpoints/latent_ofer_mae_synthetic.pth'),
    svdd=dict(config='latent_ofer_svdd_pasted_synthetic', checkpoint='checkpoints/latent_ofer_svdd_pasted_synthetic.pth'),
    classifier=dict(config='resnet18_small_synthetic', checkpoint='checkpoints/resnet18_small_synthetic.pth'),
    inpainter=dict(config='latent_ofer_inpainter_synthetic', checkpoint='checkpoints/latent_ofer_inpainter_synthetic.pth'),
    fer=dict(config='latent_ofer_fer_synthetic', checkpoint='checkpoints/latent_ofer_fer_synthetic.pth'),
)
