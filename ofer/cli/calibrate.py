"""Fit the temperature of a network's probabilities and the thresholds of its occlusion, and store them with its weights.

Temperature: from predictions of ``ofer test`` for images that are used neither for training nor for testing::

    ofer test CONFIG CHECKPOINT --tta --cfg-options test_dataloader.dataset.split=val --dump validation.json
    ofer calibrate CHECKPOINT validation.json --out WEIGHTS

Occlusion: masks, glasses, caps and objects are put on crops of faces that were not trained on, and each region of the face gets the share
from which it is called occluded: where the shares of covered and of bare faces differ most::

    ofer calibrate CHECKPOINT --faces data/fer2013/val.zip --occluders data/occluders --out WEIGHTS

The output file contains the weights, and in ``meta`` the ``temperature``, by which the logits of the network have to be divided, and
``occlusion_thresholds`` by region. Both can be fitted in one call. A ``.safetensors`` file stays one.
"""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.cli.options import at_least, file_of, share

if TYPE_CHECKING:
    from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('checkpoint', help='checkpoint of a training, or a .safetensors file of weights')
    parser.add_argument(
        'predictions',
        nargs='?',
        type=file_of('.json'),
        help='predictions for the validation images, written by ofer test --dump FILE.json: fits the temperature',
    )
    parser.add_argument('--set', metavar='NAME', help='test set in the file of predictions (default: the only one)')
    occlusion = parser.add_argument_group('occlusion')
    occlusion.add_argument('--faces', metavar='FOLDER', help='folder or zip archive of cropped faces: fits the thresholds of the regions')
    occlusion.add_argument('--occluders', metavar='FOLDER', help='folder of cut-outs (RGBA PNG) in folders, masks in its folder mask')
    occlusion.add_argument('--number', type=at_least(100), default=1000, help='number of faces (default: %(default)s)')
    occlusion.add_argument(
        '--false-alarms',
        type=share,
        default=0.05,
        metavar='SHARE',
        help='greatest share of bare faces that may be called occluded (default: %(default)s)',
    )
    occlusion.add_argument('--model', default='default', help='name or config of the model (default: the one that the file describes)')
    occlusion.add_argument(
        '--landmarks', default='default', metavar='FILE', help='checkpoint of a MobileFaceNet (default: the shipped one)'
    )
    parser.add_argument('--out', type=Path, required=True, metavar='FILE', help='file to write: weights with what was fitted')


def main(args: argparse.Namespace) -> None:
    from ofer.engine.checkpoints.weights import publish_weights
    from ofer.engine.processes.launch import UsageError

    if (args.faces is None) != (args.occluders is None):
        raise UsageError('--faces and --occluders belong together: faces, and what is put on them')
    if args.predictions is None and args.faces is None:
        raise UsageError('nothing to fit: give a file of predictions (temperature), or --faces and --occluders (occlusion)')
    for given in (args.checkpoint, args.predictions, args.landmarks):
        if given is not None and args.out.exists() and os.path.exists(given) and os.path.samefile(given, args.out):
            raise UsageError(f'--out {args.out}: is a file that is read, and would be replaced by weights alone. Give another name.')
    facts: dict[str, Any] = {}
    if args.predictions is not None:
        facts |= temperature(args)
    if args.faces is not None:
        facts |= thresholds(args)
    publish_weights(args.checkpoint, args.out, **facts)
    print(f'{args.out}: weights with {" and ".join(facts)}')


def temperature(args: argparse.Namespace) -> 'Mapping[str, Any]':
    """Fit the temperature and print what it does."""
    import numpy as np

    from ofer.engine.processes.launch import UsageError
    from ofer.evaluation.calibration import fit_temperature, negative_log_likelihood, with_temperature
    from ofer.evaluation.functional import reliability
    from ofer.evaluation.result_files import probabilities, read_predictions

    if not args.predictions.is_file():
        raise FileNotFoundError(f'{args.predictions}: no such file. Write it with ofer test --dump.')
    sets = read_predictions(args.predictions)
    name = args.set or next(iter(sets))
    if name not in sets or (args.set is None and len(sets) > 1):
        raise UsageError(f'{args.predictions} holds the sets {", ".join(sets)}: choose one with --set')
    target = np.array([one['gt_label'] for one in sets[name]])
    scores = np.array(probabilities(args.predictions, name, sets[name]))
    fitted = fit_temperature(target, scores)
    print(f'temperature, from {len(target)} images of {name}')
    for title, shown in (('1', scores), (f'{fitted:.3f}', with_temperature(scores, fitted))):
        error = 100 * reliability(target, shown).expected_calibration_error
        print(f'temperature {title}: calibration error {error:.2f} %, -log likelihood {negative_log_likelihood(target, shown):.4f}')
    return {'temperature': fitted}


def thresholds(args: argparse.Namespace) -> 'Mapping[str, Any]':
    """Fit the thresholds of the regions and print what they do."""
    from ofer.apis.inferencer import FERInferencer
    from ofer.evaluation.report import markdown_table
    from ofer.inference.occlusion_calibration import fit_thresholds, read_crops

    inferencer = FERInferencer(args.model, args.checkpoint, detector=None, landmarks=args.landmarks)
    parts = inferencer.answering
    recogniser: Any = parts.recogniser
    assert parts.landmarks is not None
    faces = read_crops(args.faces, args.number)
    fitted = fit_thresholds(recogniser, parts.landmarks, faces, args.occluders, args.false_alarms)
    print(f'occlusion, from {len(faces)} bare faces of {args.faces} and as many with a thing of {args.occluders} or a drawn one')
    rows = [
        [
            one.region,
            f'{one.threshold:.3f}',
            str(one.covered),
            *(f'{100 * value:.1f}' for value in (one.hits, one.hits_before, one.false_alarms)),
        ]
        for one in fitted
    ]
    print(markdown_table(['region', 'threshold', 'covered faces', 'called occluded, %', 'at 0.5, %', 'bare faces called so, %'], rows))
    return {'occlusion_thresholds': {one.region: round(one.threshold, 4) for one in fitted}}
