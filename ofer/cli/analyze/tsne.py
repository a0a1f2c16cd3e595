"""t-SNE picture of the input features of the head of a classifier, coloured by true class.

    ofer analyze tsne configs/orsanet_rafdb.py work_dirs/orsanet_rafdb/epoch_60.pth --out tsne.png

For ORSANet these are the fused features, for MMPretrain's classifiers those after the neck. In t-SNE, only neighbourhoods are
meaningful, not the sizes of clusters and the distances between them.
"""

import argparse
from pathlib import Path

from ofer.cli.options import add_overrides, at_least, decimal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument('checkpoint', help='checkpoint of a training or of ofer convert')
    parser.add_argument('--out', type=Path, default=Path('tsne.png'), metavar='FILE', help='picture to write (default: tsne.png)')
    parser.add_argument('--set', metavar='NAME', help='test set of the config (default: the first)')
    parser.add_argument('--samples', type=at_least(1), default=2000, help='maximum number of samples, drawn at random')
    parser.add_argument('--perplexity', type=decimal(0), default=30, help='approximate number of neighbours of each sample')
    parser.add_argument('--seed', type=at_least(0), default=0, help='of the draw and of t-SNE')
    parser.add_argument('--batch-size', type=at_least(1), default=32)
    parser.add_argument('--device', default='cpu', help='cpu or cuda')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import numpy as np
    from mmengine.registry import DefaultScope
    from sklearn.manifold import TSNE

    import ofer
    from ofer.apis.prediction import head_features
    from ofer.engine.config import read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.engine.testing.test_sets import test_sets
    from ofer.registry import DATASETS, SCOPE
    from ofer.visualization.confusion import save_figure
    from ofer.visualization.embedding import draw_embedding

    config = read_config(args.config, args.cfg_options)
    loaders = dict(test_sets(config))
    name = args.set or next(iter(loaders))
    if name not in loaders:
        raise UsageError(f'--set {name}: {args.config} has {", ".join(loaders)}')
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        dataset = DATASETS.build(loaders[name].dataset)
    model = ofer.get_model(config, args.checkpoint, args.device)
    classes = dataset.metainfo['classes']
    chosen = np.sort(np.random.default_rng(args.seed).permutation(len(dataset))[: args.samples])
    if len(chosen) <= args.perplexity:
        raise UsageError(f'--perplexity {args.perplexity:g}: must be less than the number of samples, {len(chosen)}')
    features, target = head_features(model, dataset, chosen.tolist(), args.batch_size, progress=True)
    points = TSNE(perplexity=args.perplexity, init='pca', random_state=args.seed).fit_transform(features)
    title = f'{Path(args.config).stem}, {name}: t-SNE of {len(chosen)} features, perplexity {args.perplexity:g}'
    save_figure(draw_embedding(points, target, classes, title), args.out)
    print(f'\n{args.out}: {len(chosen)} samples, {features.shape[1]} features each')
