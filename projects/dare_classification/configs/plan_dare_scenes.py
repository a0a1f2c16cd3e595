"""Cross entropy alone against cross entropy and DARE on a hyperspectral scene; another one with --base."""

base = 'dare_spectralformer_indian_pines_patch'
seeds = [0, 1, 2, 3, 4]
variants = {
    'cross entropy': ['model.head.loss.phases.0.terms.1.loss_weight=0'],
    'with DARE': [],
    'with DARE as published': ['model.head.loss.phases.0.terms.1.form=published'],
}
