"""Compute the outputs of the frozen networks of a config for every image: ``ofer prepare cache-features configs/orsanet_rafdb.py``.

The features of each image and its mirror image are stored in half precision, and read in training through a memory map. To use them, add
to the config:

    custom_hooks = [dict(type='FeatureCacheHook', train='work_dirs/orsanet_rafdb/features_train')]

The command can be stopped and run again; it continues. Several processes of it share the work.
"""

import argparse
import sys
from pathlib import Path

from ofer.cli.options import add_overrides


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument(
        '--split', default='train', choices=['train', 'val', 'test'], help='split whose data loader is read (default: train)'
    )
    parser.add_argument('--out', type=Path, metavar='DIR', help='default: work_dirs/<name of the config>/features_<split>')
    parser.add_argument('--device', default=None, help='cpu or cuda (default: cuda if available)')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import torch
    from mmengine.registry import DefaultScope

    from ofer.engine.caching.cache_key import cache_key, data_key
    from ofer.engine.caching.feature_cache import FeatureCache
    from ofer.engine.config import read_config
    from ofer.engine.hooks.feature_cache import flatten
    from ofer.engine.processes.launch import UsageError
    from ofer.models.layers.weights import fill, read_weights
    from ofer.registry import DATASETS, MODELS, SCOPE

    config = read_config(args.config, args.cfg_options)
    loader = config.get(f'{args.split}_dataloader')
    if not loader:
        raise UsageError(f'{args.config}: has no {args.split}_dataloader')
    folder = args.out or Path('work_dirs') / Path(args.config).stem / f'features_{args.split}'
    device = args.device or ('cuda' if torch.cuda.is_available() else 'cpu')
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        model = MODELS.build(config.model)
        if not hasattr(model, 'precompute'):
            raise UsageError(f'{args.config}: {type(model).__name__} has nothing to precompute')
        model.init_weights()
        if config.get('load_from'):
            fill(model, read_weights(config.load_from), config.load_from, whole=False)
        key = cache_key(config, model, args.split)
        dataset = DATASETS.build({**loader.dataset, 'pipeline': key['input']['pipeline']})
    model.to(device).eval()

    @torch.no_grad()
    def features(items: range) -> dict[str, torch.Tensor]:
        """Features by name, ``(len(items), 2, ...)``: of each image and of its mirror image."""
        images = model.data_preprocessor({'inputs': [dataset[i]['inputs'] for i in items]})['inputs']
        sides = [flatten(model.precompute(view)) for view in (images, images.flip(-1))]
        return {name: torch.stack([side[name] for side in sides], 1) for name in sides[0]}

    shapes = {name: tuple(value.shape[2:]) for name, value in features(range(1)).items()}
    cache = FeatureCache.create(folder, {**key, 'data': data_key(dataset)}, len(dataset), shapes)
    print(f'{folder}: {len(dataset)} images, ' + ', '.join(f'{name} {shape}' for name, shape in shapes.items()))
    for items in cache.pieces():
        cache.write(items, {name: value.float().cpu().numpy() for name, value in features(items).items()})
        if sys.stdout.isatty() or items.stop == len(dataset):
            print(f'\r{items.stop} of {len(dataset)}', end='', flush=True)
    print(f'\n{folder} is complete. To train with it: custom_hooks = [dict(type="FeatureCacheHook", {args.split}="{folder}")]')
