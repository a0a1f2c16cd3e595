"""Cross entropy alone against cross entropy and DARE on CIFAR-10 with CrossViT."""

base = 'dare_crossvit_cifar10'
seeds = [0, 1, 2, 3, 4]
variants = {
    'cross entropy': ['model.loss.phases.0.terms.1.loss_weight=0'],
    'with DARE': [],
    'with DARE as published': ['model.loss.phases.0.terms.1.form=published'],
}
