"""Fit the temperature of a network's probabilities and store it with its weights.

The predictions are made by ``ofer test``, for images that are used neither for training nor for testing::

    ofer test CONFIG CHECKPOINT --tta --cfg-options test_dataloader.dataset.split=val --dump validation.json
    ofer calibrate CHECKPOINT validation.json --out WEIGHTS

The output file contains the weights, and ``temperature`` in ``meta``: the logits of the network have to be divided by it.
"""

import argparse
from pathlib import Path

from ofer.cli.options import file_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('checkpoint', help='checkpoint of a training')
    parser.add_argument(
        'predictions', type=file_of('.json', '.pkl'), help='predictions for the validation images, written by ofer test --dump'
    )
    parser.add_argument('--set', metavar='NAME', help='test set in the file of predictions (default: the only one)')
    parser.add_argument('--out', type=Path, required=True, metavar='FILE', help='file to write: weights with the temperature')


def main(args: argparse.Namespace) -> None:
    import mmengine
    import numpy as np

    from ofer.engine.checkpoints.weights import publish_weights
    from ofer.engine.processes.launch import UsageError
    from ofer.evaluation.calibration import fit_temperature, negative_log_likelihood, with_temperature
    from ofer.evaluation.functional import reliability

    if not args.predictions.is_file():
        raise FileNotFoundError(f'{args.predictions}: no such file. Write it with ofer test --dump.')
    sets = mmengine.load(args.predictions)['sets']
    name = args.set or next(iter(sets))
    if name not in sets or (args.set is None and len(sets) > 1):
        raise UsageError(f'{args.predictions} holds the sets {", ".join(sets)}: choose one with --set')
    target = np.array([one['gt_label'] for one in sets[name]])
    scores = np.array([one['pred_score'] for one in sets[name]])
    temperature = fit_temperature(target, scores)
    for title, shown in (('1', scores), (f'{temperature:.3f}', with_temperature(scores, temperature))):
        error = 100 * reliability(target, shown).expected_calibration_error
        print(f'temperature {title}: calibration error {error:.2f} %, -log likelihood {negative_log_likelihood(target, shown):.4f}')
    publish_weights(args.checkpoint, args.out, temperature=temperature)
    print(f'{args.out}: weights and temperature, from {len(target)} images of {name}')
