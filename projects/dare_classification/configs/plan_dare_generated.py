"""Cross entropy alone against cross entropy and DARE on a generated scene."""

base = 'dare_spectralformer_generated'
seeds = list(range(10))
variants = {
    'cross entropy': ['model.head.loss.phases.0.terms.1.loss_weight=0'],
    'with DARE': [],
    'with DARE as published': ['model.head.loss.phases.0.terms.1.form=published'],
}
