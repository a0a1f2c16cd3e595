"""Plan of `make demo-deocclude`: the stages of latent_ofer_synthetic.py with short trainings, a few minutes on two cores."""

few = ['train_dataloader.dataset.length=1050', 'train_dataloader.dataset.keep=True', 'val_dataloader.dataset.length=105']
stages = dict(
    mae=dict(config='latent_ofer_mae_synthetic', checkpoint='checkpoints/latent_ofer_mae_synthetic.pth'),
    classifier=dict(
        config='resnet18_small_synthetic',
        checkpoint='checkpoints/resnet18_small_synthetic.pth',
        options=[*few, 'train_cfg.max_epochs=4', 'param_scheduler.total_steps=4'],
    ),
    inpainter=dict(
        config='latent_ofer_inpainter_synthetic',
        checkpoint='checkpoints/latent_ofer_inpainter_synthetic.pth',
        options=few,
    ),
    svdd=dict(
        config='latent_ofer_svdd_pasted_synthetic',
        checkpoint='checkpoints/latent_ofer_svdd_pasted_synthetic.pth',
        options=['train_cfg.max_epochs=12', 'param_scheduler.1.end=12', 'train_cfg.val_interval=12'],
    ),
    fer=dict(
        config='latent_ofer_fer_synthetic',
        checkpoint='checkpoints/latent_ofer_fer_synthetic.pth',
        options=[
            'train_dataloader.dataset.keep=True',
            'val_dataloader.dataset.length=105',
            'train_cfg.max_epochs=5',
            'train_cfg.val_interval=5',
            'param_scheduler.total_steps=5',
        ],
    ),
)
