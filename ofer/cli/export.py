"""Exports a network to a file that runs without torch, by onnxruntime or OpenVINO, and checks that it computes the same.

    ofer export default --out recogniser.onnx
    ofer export face_detector --out face_detector.onnx
    ofer export landmarks --out landmarks.onnx
    ofer export orsanet_rafdb work_dirs/orsanet_rafdb/best.pth --format openvino --out orsanet.xml --data data/rafdb/test
    ofer export default --int8 --data faces.zip --out recogniser_int8.onnx

The file is written only if its outputs agree with those of torch to 1e-3 and, with --data, the accuracy within --bound points; a file of
8-bit integers has to agree in accuracy alone. It holds class names, aligner, temperature, thresholds, the hash of the weights and a
checksum.

    ofer predict photo.jpg --backend onnx --model recogniser.onnx --detector-file face_detector.onnx --landmarks landmarks.onnx
"""

import argparse
from pathlib import Path

from ofer.cli.options import at_least, decimal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('config', help='default, a name from `ofer models` or of weights, or a config file')
    parser.add_argument('checkpoint', nargs='?', help='its weights (default: the weights of the package)')
    parser.add_argument('--format', choices=['onnx', 'openvino'], help='default: by the suffix of --out, .onnx or .xml')
    parser.add_argument('--out', required=True, type=Path, metavar='FILE', help='file to write')
    parser.add_argument('--int8', action='store_true', help='compute in 8-bit integers; needs --data')
    parser.add_argument('--data', metavar='DIR', help='folder or zip archive of cropped faces, with a folder for each class')
    parser.add_argument('--images', type=at_least(1), metavar='N', help='compare the accuracy on N of them (default: all); needs --data')
    parser.add_argument(
        '--bound', type=decimal(0), default=0.5, metavar='POINTS', help='allowed difference of accuracy (default: %(default)s)'
    )


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    from ofer.apis.exports import export_model
    from ofer.export.exporting import FORMATS

    if args.images is not None and args.data is None:
        raise ValueError('--images is a number of the faces of --data: give both')
    out = args.out
    suffix = FORMATS[args.format] if args.format else out.suffix
    if out.suffix != suffix or suffix not in FORMATS.values():
        raise ValueError(f'{out}: files end in {suffix if args.format else " or ".join(FORMATS.values())}')
    found = export_model(args.config, args.checkpoint, out, int8=args.int8, data=args.data, images=args.images, bound=args.bound)
    size = sum(file.stat().st_size for file in (out, out.with_suffix('.bin')) if file.exists())
    print(f'{out}: {found.kind} {found.name}, {found.precision}, {size / 1e6:.1f} MB')
    print(f'largest difference of an output from that of torch: {found.difference:.2g}')
    if found.accuracy:
        torch, exported, faces = (found.accuracy[name] for name in ('torch', 'exported', 'faces'))
        print(f'accuracy on {faces:.0f} faces: torch {torch:.2f} %, exported {exported:.2f} %')
