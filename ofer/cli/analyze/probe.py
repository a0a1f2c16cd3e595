"""Information about expressions in the priors of an ORSANet, and how much of it the network uses.

    ofer analyze probe configs/orsanet_small_ferplus.py work_dirs/orsanet_small_ferplus/epoch_6.pth
    ofer analyze probe orsanet_slim_ferplus orsanet --set blocks_30_black

First table: linear classifiers (logistic regression on standardised features) on the image tokens before guidance, on either prior, and on
all of them together. It shows what the priors add to the image for a linear model. Tokens are averaged, and the maps of the priors are
averaged over 2 x 2 fields.

Second table: the network itself, with each prior taken from another face. If its accuracy does not fall, it does not use that prior.

With --set, all faces are occluded as in that test set of the config, and both tables also have the priors of the same face without its
occluder, that is, undisturbed priors.
"""

import argparse

from ofer.cli.options import add_overrides, at_least, decimal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', help='config file of an ORSANet')
    parser.add_argument('checkpoint', help='checkpoint of a training or of ofer convert')
    parser.add_argument(
        '--train',
        type=at_least(1),
        default=6000,
        metavar='N',
        help='images of the train split, drawn at random, for the linear classifiers',
    )
    parser.add_argument(
        '--test', type=at_least(1), default=None, metavar='N', help='images of the test split, drawn at random (default: all)'
    )
    parser.add_argument(
        '--set', metavar='NAME', dest='test_set', help='occlude the faces as this test set of the config does (blocks_30_black)'
    )
    parser.add_argument('--strength', type=decimal(0), default=1e-3, help="inverse strength of the linear classifiers' regularisation (C)")
    parser.add_argument('--seed', type=at_least(0), default=0, help='of the draws')
    parser.add_argument('--batch-size', type=at_least(1), default=64)
    parser.add_argument('--device', default='cpu', help='cpu or cuda')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import numpy as np
    from mmengine.registry import DefaultScope

    import ofer
    from ofer.apis.probing import IMAGE, OWN, combinations, probe
    from ofer.engine.config import read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.engine.testing.test_sets import changed_faces
    from ofer.evaluation.probing import accuracy_table, linear_probe
    from ofer.models import ORSANet
    from ofer.registry import DATASETS, SCOPE

    config = read_config(args.config, args.cfg_options)
    try:
        occluded = changed_faces(config, args.test_set) if args.test_set else None
    except ValueError as error:
        raise UsageError(f'--set {error}') from None
    model = ofer.get_model(config, args.checkpoint, args.device)
    if not isinstance(model, ORSANet) or model.tokens is None or (model.parsing_prior is None and model.landmark_prior is None):
        raise UsageError(f'{args.config}: is no ORSANet with priors')
    whole = config.test_dataloader.dataset
    draw = np.random.default_rng(args.seed)
    parts = []
    for split, number in (('train', args.train), ('test', args.test)):
        with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
            same = DATASETS.build({**whole, 'split': split})
            faces = DATASETS.build({**occluded, 'split': split}) if occluded else same
        chosen = draw.permutation(len(faces))[:number].tolist()
        parts.append(probe(model, faces, chosen, args.batch_size, same if occluded else None, predict=split == 'test'))
    train, test = parts
    linear = {
        ' + '.join(names): linear_probe(train.features, train.target, test.features, names, args.strength)
        for names in combinations(train.features)
    }
    print(f'\n{len(train.target)} images for training the classifiers, {len(test.target)} for testing\n')
    print(accuracy_table('linear classifier on', {name: found == test.target for name, found in linear.items()}, against=IMAGE))
    print()
    print(accuracy_table('network, with', {name: found == test.target for name, found in test.predictions.items()}, against=OWN))
