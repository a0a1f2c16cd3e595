"""Crop the faces of photographs and keep the folder layout, so that AffectNet, KDEF and any folder are prepared in the same way.

    ofer crop photos/ crops/
    ofer crop data/KDEF data/kdef_crops --aligner box --size 224 --margin 0.15
    ofer crop data/AffectNet data/affectnet_crops --min-size 40
    ofer crop data/fer2013/train.zip data/face_boxes/fer2013_train --boxes-only --detector yunet

Label files (.csv, .txt, .npy ...) are copied, so a data set class reads the crops like the photographs. The checkpoint of a model trained
on them contains the crop settings. Boxes and landmarks of AffectNet are used if its lists exist. OUT also gets faces.csv, skipped.csv
(skipped images with reasons) and crops.json. A crop has the name of its image; where that format cannot be written (.tga, .jp2, .pbm), it
is a.tga.png. A stopped command can be run again with the same options; it continues.

Exit status: 0; 3, some images could not be read; 1, an error; 2, wrong arguments; 130, interrupted.
"""

import argparse
import sys

from ofer.cli.options import at_least, decimal

ALIGNERS = {'arcface': 'ArcFaceAligner', 'box': 'BoxAligner', 'fer2013': 'FER2013Aligner'}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('source', help='folder or zip archive of photographs')
    parser.add_argument('out', help='folder for the crops')
    parser.add_argument('--detector', choices=['small', 'yunet', 'cascade'], default='small', help='face detector (default: small)')
    parser.add_argument('--detector-file', metavar='FILE', help='weights of the detector small or yunet (default: its own)')
    parser.add_argument('--aligner', choices=sorted(ALIGNERS), default='arcface', help='crop method (default: arcface); fer2013 is grey')
    parser.add_argument('--size', type=at_least(1), help="height and width of a crop, pixels (default: the aligner's)")
    parser.add_argument(
        '--margin', type=decimal(), help='only with --aligner box: share of the box to add on each side (default: of the aligner)'
    )
    parser.add_argument('--faces', choices=['largest', 'all'], default='largest', help='faces to crop in each image (default: largest)')
    parser.add_argument('--min-size', type=decimal(0), default=0.0, metavar='PIXELS', help='skip smaller faces (default: 0)')
    parser.add_argument('--boxes', metavar='FILE.csv', help='known face boxes: a faces.csv of this command, or a list of AffectNet')
    parser.add_argument('--boxes-only', action='store_true', help='find the faces, write faces.csv and no crops')
    parser.add_argument('--workers', type=at_least(0), default=0, metavar='N', help='processes; 0: this one (default: 0)')
    parser.add_argument('--quiet', action='store_true', help='no progress, no summary')


def main(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    if args.margin is not None and args.aligner != 'box':
        raise ValueError(f'--margin belongs to --aligner box; {args.aligner} has its own')
    if args.boxes_only and args.size is not None:
        raise ValueError('--size belongs to crops, and --boxes-only writes none: leave one of them out')
    if args.detector_file and args.detector == 'cascade':
        raise ValueError('--detector-file: the cascade comes with OpenCV')
    from tqdm import tqdm

    from ofer.faces.crop import UNREADABLE, CropJob, CropSummary, crop_faces, known_boxes
    from ofer.files.archive import list_images
    from ofer.inference.parts import DETECTORS

    detector = dict(type=DETECTORS[args.detector]) | ({'path': args.detector_file} if args.detector_file else {})
    options = {name: getattr(args, name) for name in ('size', 'margin') if getattr(args, name) is not None}
    aligner = None if args.boxes_only else dict(type=ALIGNERS[args.aligner], **options)
    job = CropJob(args.source, args.out, detector, aligner, args.faces, args.min_size, known_boxes(args.source, args.boxes))
    summary = CropSummary()
    silent = args.quiet or not sys.stderr.isatty()
    try:
        with tqdm(total=len(list_images(args.source)), unit=' images', disable=silent, dynamic_ncols=True) as bar:
            for summary in crop_faces(job, args.workers):
                bar.update(summary.images + sum(summary.skipped.values()) - bar.n)
    except KeyboardInterrupt:
        sys.stderr.write(f'\ninterrupted: {summary}. Run the same command again to continue.\n')
        return 130
    if not args.quiet:
        sys.stderr.write(f'{args.out}: {summary}\n')
    return 3 if summary.skipped[UNREADABLE] else 0
