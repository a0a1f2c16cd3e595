"""Parameters and multiply-adds of the model of a config: ``ofer analyze complexity configs/orsanet_rafdb.py``.

One image of the training size of the config is predicted with random weights; neither data nor weights are needed. If the model is an
inpainter, it repaints a quarter of the image; a detector flags about half of the patches. Trained, frozen (the priors) and dead parameters
(not used by any operation of a prediction) are counted separately. FLOPs are twice the multiply-adds;
the "FLOPs" of ORSANet's Table 5 are multiply-adds.
"""

import argparse
from pathlib import Path

from ofer.cli.options import add_overrides, at_least


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of the experiment')
    parser.add_argument('--image-size', type=at_least(1), help="height and width, pixels (default: the config's)")
    parser.add_argument('--out', type=Path, metavar='FILE.json', help='also write the exact numbers')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import dataclasses

    import mmengine
    import torch

    import ofer
    from ofer.apis.example_inputs import example_inputs
    from ofer.engine.config import image_size, read_config
    from ofer.evaluation.complexity import complexity, complexity_table, owners

    config = read_config(args.config, args.cfg_options)
    size = args.image_size or image_size(config)
    torch.manual_seed(0)  # the random weights of a detector decide which patches are hidden from the encoders
    model = ofer.get_model(config)
    inputs, samples = example_inputs(model, size)
    found = complexity(model, inputs, mode='tensor', **samples)
    name = Path(args.config).stem
    print(f'{name}, one image of {size} x {size} pixels\n\n{complexity_table(found)}\n')
    for part in ('trained', 'frozen'):
        dead = getattr(found, part).dead
        if dead:
            print(f'Dead, {part}: {", ".join(owners(dead))}')
    print("\nAs a row of ORSANet's Table 5 (trained part only; Param in M, FLOPs as multiply-adds in G):")
    print(f'| {name} | {found.trained.parameters / 1e6:.1f} | {found.trained.multiply_adds / 1e9:.1f} |')
    if args.out is not None:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        mmengine.dump({'config': args.config, 'image_size': size, **dataclasses.asdict(found)}, args.out, indent=1)
