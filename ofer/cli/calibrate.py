"""Fit the temperature of a network's probabilities and store it with its weights.

The predictions are those of images that were neither trained on nor tested on, and come from ``ofer test``::

    ofer test CONFIG CHECKPOINT --tta --cfg-options test_dataloader.dataset.split=val --dump validation.json
    ofer calibrate CHECKPOINT validation.json --out WEIGHTS

What is written holds the weights, and ``meta`` with ``temperature``: the network's logits are to be divided by it.
"""

import argparse
from pathlib import Path

from ofer.cli.options import file_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('checkpoint', help='weights that training wrote')
    parser.add_argument('predictions', type=file_of('.json', '.pkl'), help='file of ofer test --dump on the validation images')
    parser.add_argument('--set', metavar='NAME', help='test set in the file of predictions (default: its only one)')
    parser.add_argument('--out', type=Path, required=True, metavar='FILE', help='weights with the temperature')


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
