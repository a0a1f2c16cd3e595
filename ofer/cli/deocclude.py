"""Repaint the occluded parts of the faces in photos.

    ofer deocclude photo.jpg --out restored/
    ofer deocclude photos/ --model latent_ofer_48_ferplus --weights work_dirs/latent_ofer.pth --out restored/

For each photo NAME it writes NAME_restored.png, the photo with its faces repainted, and NAME_faces.png, each face with the detected
occlusion and its repainted form. results.csv has a row for each face, as of ``ofer predict``, and a command that was stopped goes on
where it stopped when it is started again. The repainted parts are an estimate of an unoccluded face, not a view behind the occluder.

Exit status: 0, all inputs were read; 3, some could not be read; 1, an error; 2, wrong arguments; 130, interrupted.
"""

import argparse
from pathlib import Path

from ofer.cli.inference import add_inferencer_arguments, build_inferencer, run_job
from ofer.cli.options import at_least

DEFAULT_MODEL = 'deoccluder'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('inputs', nargs='+', metavar='INPUT', help='image, folder, glob, or URL (with --allow-urls)')
    parser.add_argument('--out', required=True, metavar='DIR', help='folder for the pictures and results.csv')
    parser.add_argument('--overwrite', action='store_true', help='begin anew instead of continuing what --out has')
    parser.add_argument(
        '--size',
        type=at_least(16),
        default=160,
        metavar='PIXELS',
        help='height and width of a face in NAME_faces.png (default: %(default)s)',
    )
    add_inferencer_arguments(parser, DEFAULT_MODEL)


def main(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    from ofer.cli.predict import network_settings
    from ofer.inference.job import Job
    from ofer.inference.outputs import RestoredPhotos
    from ofer.inference.places import PANEL, RESTORED, Place, check_places, common_folder, never_read
    from ofer.inference.restoring import check_restores
    from ofer.inference.sources import Reading
    from ofer.inference.writing import ResultsFile

    written = [Place('--out', Path(args.out), (RESTORED, PANEL))]
    reading = Reading(every=args.every, outputs=never_read(written))
    check_places(written, args.inputs, reading)
    inferencer = build_inferencer(args, crops=True)
    check_restores(inferencer.answering.recogniser)
    reading.web = inferencer.web
    output = RestoredPhotos(args.out, common_folder(args.inputs), args.size)
    settings = network_settings(args) | dict(every=args.every, size=args.size)
    table = ResultsFile(Path(args.out) / 'results.csv', inferencer.classes, settings, overwrite=args.overwrite)
    job = Job(inferencer.answering, reading, table, [output])
    return run_job(job, args)
