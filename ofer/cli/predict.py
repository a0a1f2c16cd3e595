"""Expressions of the faces in images, with calibrated probabilities, and which part of each face is occluded.

    ofer predict photo.jpg
    ofer predict photos/ --out results.csv --save-images annotated/
    ofer predict talk.mp4 --out talk.jsonl --video talk_annotated.mp4 --timeline talk.png

Each result is written at once. If a job is stopped, run the same command again to continue.

Exit status: 0, all inputs were read; 3, some could not be read (each is a row with the reason); 1, an error; 2, wrong arguments; 130,
interrupted.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.cli.inference import add_inferencer_arguments, build_inferencer, run_job
from ofer.cli.options import decimal, file_or_folder_of, share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ofer.inference.face_result import FaceResult
    from ofer.inference.outputs import Output
    from ofer.inference.places import Place

VIDEO_COPIES = ('.mp4', '.mov', '.m4v', '.mkv', '.avi', '.ts', '.m2ts', '.mts', '.mpg', '.mpeg', '.flv', '.3gp', '.wmv')
TIMELINES = ('.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.pdf', '.svg', '.eps')
"""Suffixes of the files of --video and --timeline."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('inputs', nargs='+', metavar='INPUT', help='image, video, folder, glob, webcam:0, or URL (with --allow-urls)')
    parser.add_argument('--out', metavar='FILE', help='table to write: .csv, .jsonl or .parquet (default: lines on the screen)')
    parser.add_argument('--schema', choices=['pyfeat', 'deepface'], help='column names of that tool (default: those of ofer)')
    parser.add_argument('--overwrite', action='store_true', help='overwrite --out instead of continuing it')
    parser.add_argument('--save-images', metavar='DIR', help='folder for the images with faces drawn in')
    parser.add_argument(
        '--save-panels', metavar='DIR', help='folder for a panel of the faces of each image: landmarks, occlusion, attention'
    )
    parser.add_argument(
        '--video',
        type=file_or_folder_of(*VIDEO_COPIES),
        metavar='OUT.mp4',
        help='copy of the video with faces drawn in; a folder for several videos',
    )
    parser.add_argument(
        '--timeline',
        type=file_or_folder_of(*TIMELINES),
        metavar='OUT.png',
        help='picture of the expressions over time; a folder for several videos',
    )
    limits = parser.add_argument_group('abstaining')
    limits.add_argument(
        '--min-probability', type=share, default=0.4, metavar='P', help='abstain below this probability (default: %(default)s)'
    )
    limits.add_argument(
        '--max-occluded', type=share, default=0.6, metavar='SHARE', help='abstain above this occluded share (default: %(default)s)'
    )
    limits.add_argument(
        '--min-size', type=decimal(0), default=16, metavar='PIXELS', help='abstain for smaller faces (default: %(default)s)'
    )
    add_inferencer_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    from ofer.inference.abstention import Limits
    from ofer.inference.job import Job
    from ofer.inference.places import check_places, never_read
    from ofer.inference.sources import Reading
    from ofer.inference.writing import ResultsFile, format_of

    if args.out:
        format_of(args.out)  # before the networks are loaded
    written = places(args)
    reading = Reading(every=args.every, outputs=never_read(written))
    check_places(written, args.inputs, reading)
    inferencer = build_inferencer(
        args, explain=bool(args.save_panels), limits=Limits(args.min_probability, args.max_occluded, args.min_size)
    )
    reading.web = inferencer.web
    table = None
    if args.out:
        table = ResultsFile(args.out, inferencer.classes, settings(args), args.schema, args.overwrite)
    whole = bool(args.video or args.timeline)
    job = Job(inferencer.answering, reading, table, outputs(args, inferencer.classes), whole_videos=whole)
    return run_job(job, args, None if args.out else line)


def line(result: 'FaceResult') -> str:
    """A result as a line of text for the screen."""
    from ofer.visualization.annotated import caption

    where = result.source if result.time is None else f'{result.source} {result.time:.2f} s'
    if result.box is None:
        return f'{where}: {result.reason}'
    left, top, right, bottom = (round(float(value)) for value in result.box)
    more = f' (abstains: {result.reason})' if result.abstain else ''
    return f'{where} [{left} {top} {right} {bottom}]: {", ".join(caption(result))}{more}'


def places(args: argparse.Namespace) -> 'list[Place]':
    """Where the table and the other outputs go."""
    from ofer.inference.places import COPY, DRAWN, PANEL, TIMELINE, Place

    found = [Place('--out', Path(args.out))] if args.out else []
    if args.save_images:
        found.append(Place('--save-images', Path(args.save_images), (DRAWN,)))
    if args.save_panels:
        found.append(Place('--save-panels', Path(args.save_panels), (PANEL,)))
    for option, path, ending in (('--video', args.video, COPY), ('--timeline', args.timeline, TIMELINE)):
        if path:
            found.append(Place(option, path, of_one_video=True) if path.suffix else Place(option, path, (ending,)))
    return found


def outputs(args: argparse.Namespace, classes: 'Iterable[str]') -> 'list[Output]':
    """The chosen outputs for pictures and their results."""
    if not (args.save_images or args.save_panels or args.video or args.timeline):
        return []  # without the libraries that draw
    from ofer.inference.outputs import AnnotatedImages, AnnotatedVideos, Panels, Timelines
    from ofer.inference.places import common_folder

    root = common_folder(args.inputs)
    chosen: list[Output] = []
    if args.save_images:
        chosen.append(AnnotatedImages(args.save_images, root))
    if args.save_panels:
        chosen.append(Panels(args.save_panels, root))
    if args.video:
        chosen.append(AnnotatedVideos(args.video, root))
    if args.timeline:
        chosen.append(Timelines(args.timeline, tuple(classes), root))
    return chosen


def settings(args: argparse.Namespace) -> dict[str, Any]:
    """The arguments that determine the rows, and the hashes of the weights."""
    others = ('every', 'schema', 'min_probability', 'max_occluded', 'min_size')
    return network_settings(args) | {name: getattr(args, name) for name in others}


def network_settings(args: argparse.Namespace) -> dict[str, Any]:
    """The arguments that choose the networks, and the hashes of the weights."""
    import hashlib

    from ofer.apis.named_weights import weights_file
    from ofer.runtimes import EXPORTED
    from ofer.weights import SHIPPED

    networks = ('model', 'weights', 'detector', 'detector_file', 'no_detect', 'landmarks', 'no_landmarks', 'backend', 'precision')
    chosen = {name: getattr(args, name) for name in networks}
    weights = args.weights or (args.model if args.model.endswith(EXPORTED) else None)
    sha256 = hashlib.sha256(weights_file(weights, args.model).read_bytes()).hexdigest() if weights else dict(SHIPPED)
    return chosen | dict(sha256=sha256)
