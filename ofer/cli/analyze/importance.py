"""The patches of each image by importance to a classifier, most important first: the order of Latent-OFER's Fig. 1.

    ofer analyze importance configs/orsanet_rafdb.py work_dirs/orsanet_rafdb/epoch_60.pth --out rafdb_order.npz

Importance is Grad-CAM for the predicted class, at the image backbone. ``PatchOcclusion(number=49, order_file='rafdb_order.npz')`` in a test
set then covers the most important patches of each image, for this or any other model. The file has ``names`` (split, class and name of
every image) and ``importance`` (n, grid, grid).
"""

import argparse

from ofer.cli.options import add_overrides, at_least, file_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument('checkpoint', help='checkpoint of a training or of ofer convert')
    parser.add_argument('--out', type=file_of('.npz'), required=True, metavar='FILE.npz', help='file to write')
    parser.add_argument('--set', metavar='NAME', help='test set of the config (default: the first)')
    parser.add_argument('--grid', type=at_least(1), default=14, help='patches a side (default: 14, as in the paper: 196 patches)')
    parser.add_argument('--layer', metavar='MODULE', help='module whose feature map is used (default: the image backbone)')
    parser.add_argument('--labels', action='store_true', help='explain the true class instead of the predicted one')
    parser.add_argument('--batch-size', type=at_least(1), default=32)
    parser.add_argument('--device', default='cpu', help='cpu or cuda')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import numpy as np
    from mmengine.registry import DefaultScope

    import ofer
    from ofer.apis.importance import importance_of_patches
    from ofer.engine.config import read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.engine.testing.test_sets import test_sets
    from ofer.evaluation.grad_cam import image_backbone
    from ofer.registry import DATASETS, SCOPE

    config = read_config(args.config, args.cfg_options)
    loaders = dict(test_sets(config))
    name = args.set or next(iter(loaders))
    if name not in loaders:
        raise UsageError(f'--set {name}: {args.config} has {", ".join(loaders)}')
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        dataset = DATASETS.build(loaders[name].dataset)
    model = ofer.get_model(config, args.checkpoint, args.device)
    layer = args.layer or image_backbone(model)
    if layer is None:
        raise UsageError(f'{type(model).__name__} has no backbone: give the name of a module with --layer')
    names, importance = importance_of_patches(model, dataset, layer, args.grid, args.batch_size, args.labels)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(args.out, names=np.array(names), importance=importance)
    print(f'\n{args.out}: {len(names)} images, {args.grid} x {args.grid} patches, Grad-CAM at {layer}')
