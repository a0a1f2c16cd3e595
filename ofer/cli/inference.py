"""Shared by the commands for photos: arguments, the construction of the inferencer, and a job with a progress bar."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ofer.cli.options import at_least

if TYPE_CHECKING:
    from ofer.apis.inferencer import FERInferencer
    from ofer.inference.face_result import FaceResult
    from ofer.inference.job import Job

SOME_UNREADABLE, INTERRUPTED = 3, 130
"""Exit statuses."""


def add_inferencer_arguments(parser: argparse.ArgumentParser, model: str = 'default') -> None:
    """Add the arguments for the networks and for reading inputs."""
    parser.add_argument('--quiet', action='store_true', help='no progress, no summary')
    add_network_arguments(parser, model)
    reading = parser.add_argument_group('reading')
    reading.add_argument('--every', type=at_least(1), default=1, metavar='N', help='read every N-th frame of videos (default: all)')
    reading.add_argument('--allow-urls', action='store_true', help='download images from http(s):// inputs, only from public addresses')


def add_network_arguments(parser: argparse.ArgumentParser, model: str = 'default') -> None:
    """Add the arguments for the networks."""
    networks = parser.add_argument_group('networks')
    networks.add_argument(
        '--model', default=model, help='default, a name from `ofer models`, a config, or an exported file (default: %(default)s)'
    )
    networks.add_argument(
        '--weights',
        metavar='FILE',
        help='checkpoint of the model, name of weights, or URL with #sha256= (default: the weights of the package)',
    )
    networks.add_argument('--detector', choices=['default', 'small', 'yunet', 'cascade'], default='default', help='face detector')
    networks.add_argument(
        '--detector-file', metavar='FILE', help='exported detector (.onnx, .xml), or file of the YuNet model (default: downloaded once)'
    )
    networks.add_argument('--no-detect', action='store_true', help='every image is a cropped face')
    networks.add_argument(
        '--landmarks',
        default='default',
        metavar='FILE',
        help='checkpoint of a MobileFaceNet (default: the one that comes with the package)',
    )
    networks.add_argument('--no-landmarks', action='store_true', help='faster, without landmarks and occlusion by region')
    networks.add_argument(
        '--backend', choices=['torch', 'onnx', 'openvino'], default='torch',
        help='library that runs the networks; onnx and openvino run exported files, on the CPU (default: %(default)s)',
    )  # fmt: skip
    networks.add_argument(
        '--precision',
        choices=['float32', 'mixed', 'bfloat16'],
        default='float32',
        help='of the recogniser, not for onnx; mixed, with torch: only frozen priors in bfloat16 (default: %(default)s)',
    )
    networks.add_argument('--compile', action='store_true', help='let torch compile the recogniser first')
    networks.add_argument('--device', help='cpu, cuda, ... (default: a GPU if there is one)')
    networks.add_argument(
        '--batch-size', type=at_least(1), default=32, metavar='N', help='number of faces in a batch (default: %(default)s)'
    )


def build_inferencer(args: argparse.Namespace, **options: Any) -> 'FERInferencer':
    """Build the inferencer from the arguments."""
    from ofer.apis.inferencer import FERInferencer

    detector: Any = None if args.no_detect else args.detector
    if args.detector_file and not args.no_detect:
        ours = args.detector == 'small' or (args.detector == 'default' and args.backend != 'torch')
        detector = dict(type='SmallFaceDetector' if ours else 'YuNetDetector', path=args.detector_file)
        if ours and args.backend != 'torch':
            detector['backend'] = args.backend
    return FERInferencer(
        args.model,
        args.weights,
        args.device,
        args.backend,
        precision=args.precision,
        compile=args.compile,
        detector=detector,
        landmarks=None if args.no_landmarks else args.landmarks,
        batch_size=args.batch_size,
        allow_urls=args.allow_urls,
        **options,
    )


def run_job(job: 'Job', args: argparse.Namespace, line: 'Callable[[FaceResult], str] | None' = None) -> int:
    """Run a job over ``args.inputs`` with a progress bar.

    Args:
        job: to run.
        args: of the command, with ``quiet``.
        line: formats a result for the screen; None: nothing is printed.

    Returns:
        The exit status.
    """
    import cv2
    from tqdm import tqdm

    from ofer.inference.sources import count_pictures

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # damaged files are reported by their rows
    silent = args.quiet or not sys.stderr.isatty()
    total = None if silent else count_pictures(args.inputs, job.reading)
    try:
        with tqdm(total=total, unit=' images', disable=silent, dynamic_ncols=True) as bar:
            for _, results in job.run(args.inputs):
                if line is not None:
                    bar.write('\n'.join(map(line, results)), file=sys.stdout)
                bar.update()
    except KeyboardInterrupt:
        more = ' Run the same command again to continue.' if job.table else ''
        sys.stderr.write(f'\ninterrupted after {job.summary.images} images.{more}\n')
        return INTERRUPTED
    if not args.quiet:
        lines = [str(job.summary), *(f'unreadable: {reason}' for reason in job.summary.reasons)]
        if job.table is not None and job.outputs and job.summary.earlier:
            lines.append(
                f'{job.table.path} had the rows of {job.summary.earlier} inputs already, so this run made no pictures or videos of them. '
                'If they are missing, give --overwrite.'
            )
        sys.stderr.write(''.join(f'{text}\n' for text in lines))
    return 0 if job.summary.all_read else SOME_UNREADABLE
