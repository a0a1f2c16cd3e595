"""Detection and occlusion on photographs: in how many a face is found, and of how many faces a region is called occluded.

    ofer analyze photographs masked/ portraits/ --detectors small yunet --region lower_face

Give folders whose photographs show the same kind of people, one person each, e.g. people in masks, of whom all should be found with an
occluded lower face, and bare faces, of whom none should be called so.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ofer.cli.inference import add_inferencer_arguments, build_inferencer

if TYPE_CHECKING:
    from ofer.apis.inferencer import FERInferencer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('folders', nargs='+', metavar='FOLDER', help='photographs, a row of the table for each folder')
    parser.add_argument(
        '--detectors', nargs='+', choices=['small', 'yunet', 'cascade'], default=['small'], help='detectors to compare (default: small)'
    )
    parser.add_argument('--region', default='lower_face', help='region of the face (default: %(default)s)')
    add_inferencer_arguments(parser)


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    from ofer.evaluation.report import markdown_table
    from ofer.inference.regions import REGIONS, THRESHOLD

    if args.region not in REGIONS:
        raise ValueError(f'--region {args.region}: choose one of {", ".join(REGIONS)}')
    rows = []
    threshold = THRESHOLD
    for detector in args.detectors:
        own = vars(args) | dict(detector=detector, detector_file=args.detector_file if detector == 'yunet' else None)
        inferencer = build_inferencer(argparse.Namespace(**own))
        threshold = inferencer.answering.recogniser.occlusion_thresholds.get(args.region, THRESHOLD)
        for folder in args.folders:
            counts = survey(inferencer, folder, args.region)
            found, called = counts['found'], counts['called']
            cells = [counts['images'], share(found, counts['images']), counts['faces'], share(called, counts['faces'])]
            rows.append([f'{folder}, {detector}', *map(str, cells)])
    print(
        markdown_table(['photographs, detector', 'images', 'with a face', 'faces', f'{args.region} occluded (from {threshold:g} on)'], rows)
    )


def survey(inferencer: 'FERInferencer', folder: str, region: str) -> dict[str, int]:
    """Number of readable images, of those with a face, of faces, and of faces whose region is called occluded."""
    from ofer.inference.face_result import UNREADABLE

    counts: dict[str, Any] = dict.fromkeys(('images', 'found', 'faces', 'called'), 0)
    for result in inferencer.stream(folder):
        counts['images'] += result.status != UNREADABLE and result.face in (None, 0)
        counts['found'] += result.face == 0
        counts['faces'] += result.label is not None
        counts['called'] += region in result.occluded_regions
    return counts


def share(part: int, whole: int) -> str:
    """E.g. ``37 (92.5 %)``."""
    return f'{part} ({100 * part / whole:.1f} %)' if whole else f'{part}'
