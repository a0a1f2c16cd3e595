"""ORSANet's Table 6, and the differences between paper and published code, on drawn faces: for the priors of `make demo-train`."""

base = 'demo_orsanet'
common = ['train_dataloader.dataset.length=1050', 'default_hooks.checkpoint.max_keep_ckpts=1', 'train_cfg.val_interval=100']
seeds = [0, 1, 2]
variants = {
    'full': [],
    # Table 6
    'without segmentation': ['model.parsing_prior=None', 'model.guidance=None'],
    'without cross-interaction': ['model.landmark_prior=None', 'model.interaction=None'],
    'single scale': ['model.interaction.num_scales=1'],
    'without landmark reintegration': ['model.interaction.reintegration=False'],
    'without DARE': ['model.head.loss.phases.1.terms.1.loss_weight=0'],
    # options of this library
    'published token layout': ['model.tokens.layout=published'],
    'published order of colours': ['model.landmark_prior.input_format.channel_order=bgr'],
    'maps as semantic prior': ['model.parsing_prior.feature=maps', 'model.guidance.semantic_channels=11'],
    'without query projection': ['model.interaction.query_projection=False'],
    'published DARE': ['model.head.loss.phases.1.terms.1.form=published'],
    'DARE by magnitude': ['model.head.loss.phases.1.terms.1.form=magnitude'],
    'SAM': ['optim_wrapper.type=SAMOptimWrapper'],
}
