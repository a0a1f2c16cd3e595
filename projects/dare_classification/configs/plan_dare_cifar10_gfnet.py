"""Cross entropy alone against cross entropy and DARE on CIFAR-10 with GFNet."""

base = 'dare_gfnet_cifar10'
seeds = [0, 1, 2, 3, 4]
variants = {
    'cross entropy': ['model.head.loss.phases.0.terms.1.loss_weight=0'],
    'with DARE': [],
    'with DARE as published': ['model.head.loss.phases.0.terms.1.form=published'],
}
