"""Compare two models on the same test sets, image by image.

    ofer test CONFIG_A CHECKPOINT_A --all --dump a.json
    ofer test CONFIG_B CHECKPOINT_B --all --dump b.json
    ofer analyze compare a.json b.json

Prints, in percent, both accuracies with 95 % intervals (Wilson), their difference (paired interval), and McNemar's exact p-value.
"""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('first', type=Path, help='predictions of model A, written by ofer test --dump FILE.json')
    parser.add_argument('second', type=Path, help='predictions of model B')


def main(args: argparse.Namespace) -> None:
    from ofer.evaluation.comparison import compare
    from ofer.evaluation.result_files import read_predictions

    print(compare(read_predictions(args.first), read_predictions(args.second)))
