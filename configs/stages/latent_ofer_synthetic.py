"""Latent-OFER on drawn faces of 64 pixels, for two cores."""

stages = dict(
    mae=dict(config='configs/latent_ofer_mae_synthetic.py', checkpoint='checkpoints/latent_ofer_mae_synthetic.pth'),
    svdd=dict(config='configs/latent_ofer_svdd_pasted_synthetic.py', checkpoint='checkpoints/latent_ofer_svdd_synthetic.pth'),
    classifier=dict(config='configs/resnet18_small_synthetic.py', checkpoint='checkpoints/resnet18_small_synthetic.pth'),
    inpainter=dict(config='configs/latent_ofer_inpainter_synthetic.py', checkpoint='checkpoints/latent_ofer_inpainter_synthetic.pth'),
    fer=dict(config='configs/latent_ofer_fer_synthetic.py', checkpoint='checkpoints/latent_ofer_fer_synthetic.pth'),
)
