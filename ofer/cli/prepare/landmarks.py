"""Write the 68 landmarks of the images of a data set, predicted by a trained landmark network.

    ofer prepare landmarks configs/priors/segface_mobilenet_fer2013.py checkpoints/mobilefacenet.pth data/fer2013_landmarks.npz

The file has ``names`` (split, class and name of every image) and ``landmarks`` (n, 68, 2), x and y as shares of width and height. It
provides labels for a face parser (``LoadLandmarks`` and ``LandmarksToParsing``) if there are no annotated maps.
"""

import argparse
import os
from pathlib import Path

from ofer.cli.options import at_least


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', type=Path, help='config whose data set is read, or its name')
    parser.add_argument('weights', help='checkpoint of a landmark network (MobileFaceNet), converted or trained with ofer')
    parser.add_argument('out', help='.npz file to write')
    parser.add_argument('--splits', nargs='+', default=['train', 'val'], choices=['train', 'val', 'test'], help='default: train val')
    parser.add_argument('--batch-size', type=at_least(1), default=128)
    parser.add_argument(
        '--amp', action='store_true', help='bfloat16, on CPUs with such instructions: faster, with an error of 0.2 %% of the image size'
    )


def main(args: argparse.Namespace) -> None:
    import numpy as np
    import torch
    from mmengine.registry import init_default_scope

    from ofer.apis.prediction import batches
    from ofer.datasets.transforms.landmark_parsing import image_key
    from ofer.engine.config import read_file
    from ofer.engine.precision import mixed_precision_if_supported
    from ofer.registry import DATASETS, MODELS

    init_default_scope('ofer')
    prior = MODELS.build(dict(type='LandmarkPrior', network=dict(type='MobileFaceNet'), checkpoint=args.weights))
    prior.init_weights()
    prior.to(memory_format=torch.channels_last)
    config = read_file(args.config)
    low = mixed_precision_if_supported(args.amp, 'cpu')
    names: list[str] = []
    landmarks: list[np.ndarray] = []
    for split in args.splits:
        dataset = DATASETS.build({**config[f'{split}_dataloader'].dataset, 'pipeline': [dict(type='LoadFace')]})
        for items in batches(dataset, args.batch_size, progress=True):
            pixels = torch.stack([torch.from_numpy(item['img'].transpose(2, 0, 1).copy()) for item in items]).float() / 255
            with torch.autocast('cpu', torch.bfloat16, enabled=low):
                landmarks.append(prior.predict(pixels).float().numpy())
            names += [image_key(item['img_path']) for item in items]
    if len(set(names)) < len(names):
        raise ValueError(f'{len(names) - len(set(names))} images of {args.config} have the same split, class and name as another')
    os.makedirs(os.path.dirname(os.path.abspath(args.out)), exist_ok=True)
    np.savez_compressed(args.out, names=np.array(names), landmarks=np.concatenate(landmarks).astype(np.float32))
    print(f'\n{args.out}: landmarks of {len(names)} images')
