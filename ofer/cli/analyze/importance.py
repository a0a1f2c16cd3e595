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
    parser.add_argument('checkpoint', help='weights that training or ofer convert wrote')
    parser.add_argument('--out', type=file_of('.npz'), required=True, metavar='FILE.npz', help='file to write')
    parser.add_argument('--set', metavar='NAME', help="which of the config's test sets (default: the first)")
    parser.add_argument('--grid', type=at_least(1), default=14, help='patches a side (default: 14, the 196 patches of the paper)')
    parser.add_argument('--layer', metavar='MODULE', help='whose map is looked at (default: the image backbone)')
    parser.add_argument('--labels', action='store_true', help='explain the true class and not the predicted one')
    parser.add_argument('--batch-size', type=at_least(1), default=32)
    parser.add_argument('--device', default='cpu', help='cpu or cuda')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import numpy as np
    import torch
    from mmengine import track_iter_progress
    from mmengine.registry import DefaultScope

    import ofer
    from ofer.datasets.transforms.landmark_parsing import image_key
    from ofer.engine.config import read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.engine.testing.test_sets import test_sets
    from ofer.evaluation.grad_cam import grad_cam, last_backbone, patch_importance
    from ofer.registry import DATASETS, SCOPE

    config = read_config(args.config, args.cfg_options)
    loaders = dict(test_sets(config))
    name = args.set or next(iter(loaders))
    if name not in loaders:
        raise UsageError(f'--set {name}: {args.config} has {", ".join(loaders)}')
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        dataset = DATASETS.build(loaders[name].dataset)
    model = ofer.get_model(config, args.checkpoint, args.device)
    layer = args.layer or last_backbone(model)
    if layer is None:
        raise UsageError(f'{type(model).__name__} has no backbone: name the module whose map is looked at with --layer')
    names: list[str] = []
    maps: list[np.ndarray] = []
    for start in track_iter_progress(range(0, len(dataset), args.batch_size)):
        items = [dataset[index] for index in range(start, min(start + args.batch_size, len(dataset)))]
        samples = [item['data_samples'] for item in items]
        inputs = model.data_preprocessor({'inputs': [item['inputs'] for item in items]})['inputs']
        target = torch.tensor([int(sample.gt_label) for sample in samples]) if args.labels else None
        try:
            found = grad_cam(model, inputs, layer, target)
        except ValueError as error:
            raise UsageError(f'--layer {error}') from error
        maps.append(patch_importance(found, args.grid).cpu().numpy())
        names += [image_key(sample.img_path) for sample in samples]
    if len(set(names)) < len(names):
        raise UsageError(f'{args.config}: images of {name} share split, class and name, by which their maps are found again')
    args.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(args.out, names=np.array(names), importance=np.concatenate(maps).astype(np.float32))
    print(f'\n{args.out}: {len(names)} images, {args.grid} x {args.grid} patches, Grad-CAM at {layer}')
