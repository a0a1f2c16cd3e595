"""Speed of a recogniser by backend and precision: ``ofer analyze backends --threads 1``, on the CPU.

All backends and precisions are timed alternately in one process, so that other load on the machine affects each of them. The rate is per
second of CPU time, or with --elapsed, for an idle machine and several threads, of elapsed time. They take aligned faces, drawn ones, and
return answers: preprocessing is included, detection is not. 8-bit integers need --data, images from which their ranges are taken. A config
without --weights has random weights, which have the same speed.

With --accuracy, the accuracy of each on labelled faces is compared with that of PyTorch in float32, image by image.

With --images, whole photographs are timed too: detection, landmarks and recognition with the networks of the package.
"""

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

from ofer.cli.options import at_least

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ofer.export.benchmark import Way
    from ofer.export.checking import Labelled
    from ofer.inference.recogniser import Recogniser


CALIBRATED_ON = 64
"""Images: ranges for a comparison of speed need not be exact."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('--model', default='default', help='default, a name from `ofer models`, or a config (default: %(default)s)')
    parser.add_argument('--weights', metavar='FILE', help='checkpoint (default: the weights of the package, or random ones)')
    parser.add_argument('--backends', nargs='+', choices=['torch', 'onnx', 'openvino'], default=['torch', 'onnx', 'openvino'])
    parser.add_argument('--batch-sizes', type=at_least(1), nargs='+', default=[1, 8], metavar='N', help='default: 1 8')
    parser.add_argument('--rounds', type=at_least(1), default=7, help='timed rounds (default: %(default)s)')
    parser.add_argument('--threads', type=at_least(1), default=1, help='of each backend (default: %(default)s)')
    parser.add_argument('--elapsed', action='store_true', help='elapsed time in place of CPU time')
    parser.add_argument('--data', metavar='DIR', help='folder or zip archive of cropped faces, for 8-bit integers')
    parser.add_argument('--compile', action='store_true', help='let torch compile the model too, which takes minutes')
    parser.add_argument('--accuracy', metavar='DIR', help='folder or zip archive of cropped faces, with a folder for each class')
    parser.add_argument('--images', metavar='DIR', help='photographs')


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    import os
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import torch

    from ofer.cli.analyze.overhead import drawn_faces
    from ofer.evaluation.report import markdown_table
    from ofer.export.benchmark import measure, ways
    from ofer.export.checking import labelled_faces
    from ofer.files.archive import list_images
    from ofer.processor import cpu_has_bfloat16

    os.environ['OMP_NUM_THREADS'] = str(args.threads)  # which exported networks read
    torch.set_num_threads(args.threads)
    recogniser, size = plain_recogniser(args.model, args.weights)
    crops = drawn_faces(max(args.batch_sizes), recogniser.aligner.size, exact=True)
    names = list_images(args.data) if args.data else []
    calibration = [f'{args.data}/{name}' for name in names[:: max(1, len(names) // CALIBRATED_ON)]]
    clock = time.perf_counter if args.elapsed else time.process_time
    per = 's' if args.elapsed else 's and core'
    labelled = labelled_faces(args.accuracy, recogniser.classes) if args.accuracy else None  # a wrong folder is said before the timing
    with TemporaryDirectory() as folder:
        compared = list(ways(recogniser, size, Path(folder), args.backends, crops, calibration, args.compile))
        rows = [
            [
                one.way.backend,
                one.way.precision,
                str(one.batch),
                f'{one.rate:.1f}',
                spread(one.ratios),
                f'{one.difference:.1e}',
                f'{one.memory:.0f}',
            ]
            for one in measure(compared, crops, args.batch_sizes, args.rounds, clock)
        ]
        accuracies = accuracy_rows(compared, labelled, recogniser.aligner.size) if labelled is not None else []
    print(f'{args.model}, crops of {recogniser.aligner.size} pixels, {args.threads} threads, {args.rounds} rounds')
    if not cpu_has_bfloat16():
        print('no rows in bfloat16: this CPU reports no such instructions')
    header = ['backend', 'precision', 'batch', f'faces/{per}', 'times as fast: median (min - max)', 'largest difference', 'memory, MiB']
    print(markdown_table(header, rows))
    if accuracies:
        print(markdown_table(['backend', 'precision', 'faces', 'accuracy, %', 'minus the first, points (95 % interval)'], accuracies))
    if args.images:
        print(markdown_table(['backend', f'images/{per}', 'faces'], photographs(args, clock)))


def plain_recogniser(model: str, weights: str | None) -> 'tuple[Recogniser, int | None]':
    """A recogniser with its model as trained, and the size to which its pipeline resizes crops."""
    from ofer.apis.exports import resized_to
    from ofer.apis.recognisers import load_recogniser, random_recogniser
    from ofer.shipped import config_files

    is_config = model.endswith('.py') or model in config_files()
    recogniser = random_recogniser(model) if is_config and weights is None else load_recogniser(model, weights, fuse=False)
    return recogniser, resized_to(recogniser, model)


def accuracy_rows(compared: 'Sequence[Way]', faces: 'Labelled', size: int) -> list[list[str]]:
    """Rows of the accuracy on labelled faces, as crops of a size in pixels."""
    from ofer.evaluation.paired import paired_difference
    from ofer.export.checking import correct

    found = [correct(way.build(), faces, size) for way in compared]
    rows = []
    for way, right in zip(compared, found, strict=True):
        less = [100 * value for value in paired_difference(right, found[0])[:3]]
        stated = '{:+.2f} ({:+.2f} to {:+.2f})'.format(*less)
        rows.append([way.backend, way.precision, str(len(right)), f'{100 * right.mean():.2f}', stated])
    return rows


def photographs(args: argparse.Namespace, clock: 'Callable[[], float]') -> list[list[str]]:
    """Rows for whole photographs, read before the clock starts."""
    from ofer.apis.inferencer import FERInferencer
    from ofer.inference.sources import Reading, pictures
    from ofer.processor import cpu_has_bfloat16

    images = [picture.image for picture in pictures(args.images, Reading()) if picture.image is not None]
    inferencers = {name: FERInferencer(device='cpu', backend=name) for name in args.backends}
    if 'openvino' in inferencers and cpu_has_bfloat16():
        inferencers['openvino, bfloat16'] = FERInferencer(backend='openvino', precision='bfloat16')
    times: dict[str, list[float]] = {name: [] for name in inferencers}
    found: dict[str, Any] = {}
    for _ in range(args.rounds + 1):
        for name, inferencer in inferencers.items():
            begin = clock()
            found[name] = inferencer(images, color='rgb')
            times[name].append(clock() - begin)
    rate = {name: len(images) / statistics.median(seconds[1:]) for name, seconds in times.items()}
    return [[name, f'{rate[name]:.1f}', str(sum(face.box is not None for face in found[name]))] for name in inferencers]


def spread(ratios: tuple[float, ...]) -> str:
    """Median and range."""
    return f'{statistics.median(ratios):.2f} ({min(ratios):.2f} - {max(ratios):.2f})'
