"""Plan: Latent-OFER at 96 pixels, drawn faces, for one GPU."""

stages = dict(
    mae=dict(config='latent_ofer_mae_96_synthetic', checkpoint='checkpoints/latent_ofer_mae_96_synthetic.pth'),
    svdd=dict(config='latent_ofer_svdd_pasted_96_synthetic', checkpoint='checkpoints/latent_ofer_svdd_pasted_96_synthetic.pth'),
    classifier=dict(config='resnet18_96_synthetic', checkpoint='checkpoints/resnet18_96_synthetic.pth'),
    inpainter=dict(config='latent_ofer_inpainter_96_synthetic', checkpoint='checkpoints/latent_ofer_inpainter_96_synthetic.pth'),
    fer=dict(config='latent_ofer_fer_96_synthetic', checkpoint='checkpoints/latent_ofer_fer_96_synthetic.pth'),
)
