"""ORSANet's Table 6, and the differences between paper and published code, on FERPlus, for the small ORSANet and the weights it starts
from.

Sized for two cores: 3,000 of the training images, two epochs, the second with DARE. For all images and all epochs, reduce
`common` to the line of the checkpoints.
"""

base = 'orsanet_small_ferplus'
common = [
    'default_hooks.checkpoint.max_keep_ckpts=1',
    'train_cfg.val_interval=100',
    'train_dataloader.dataset.indices=3000',
    'train_cfg.max_epochs=2',
    'param_scheduler.total_steps=2',
    'model.head.loss.phases.0.epochs=1',
]
sets = ['test', 'occlusion', 'blocks_30_black']
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
    'maps as semantic prior': ['model.parsing_prior.feature=maps', 'model.guidance.semantic_channels=11'],
    'without query projection': ['model.interaction.query_projection=False'],
    'published DARE': ['model.head.loss.phases.1.terms.1.form=published'],
    'DARE by magnitude': ['model.head.loss.phases.1.terms.1.form=magnitude'],
    'SAM': ['optim_wrapper.type=SAMOptimWrapper'],
}
