"""Time overhead of the inferencer over the bare model: faces per second of both, in turns, on drawn faces of the same batch size.

    ofer analyze overhead --weights work_dirs/recogniser.pth

The bare model gets aligned faces, normalised, as batches in memory. The inferencer gets the same faces as images: it aligns
them, recognises them, applies the temperature, sums the occlusion over regions and makes the results. The rows below add landmarks and
detection, which are networks of their own.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ofer.cli.inference import add_inferencer_arguments, build_inferencer
from ofer.cli.options import at_least

if TYPE_CHECKING:
    import numpy as np

    from ofer.apis.inferencer import FERInferencer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('--faces', type=at_least(1), default=256, help='faces of a round (default: %(default)s)')
    parser.add_argument('--rounds', type=at_least(2), default=7, help='rounds, of which the first is not counted (default: %(default)s)')
    add_inferencer_arguments(parser)


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    from ofer.evaluation.report import markdown_table
    from ofer.inference.answering import Answering

    full = build_inferencer(args)
    answering = full.answering
    crops = drawn_faces(args.faces, answering.recogniser.aligner.size)
    scenes = [framed(crop) for crop in crops]
    options = dict(recogniser=answering.recogniser, batch_size=args.batch_size)
    without = Answering(whole_image(), **options)
    ways: dict[str, Callable[[], None]] = {
        'bare model': bare(full, crops, args.batch_size),
        'inferencer, cropped faces': lambda: run(without, crops),
        'inferencer, faces found': lambda: run(Answering(answering.detector, **options), scenes),
    }
    if answering.landmarks is not None:
        ways['inferencer, cropped faces, landmarks'] = lambda: run(
            Answering(whole_image(), landmarks=answering.landmarks, **options), crops
        )
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(args.rounds):
        for name in ways if turn % 2 else reversed(ways):
            begin = time.perf_counter(), time.process_time()
            ways[name]()
            seconds[name].append((time.perf_counter() - begin[0], time.process_time() - begin[1]))
    reference = seconds['bare model'][1:]
    rows = []
    for name, (_, *times) in seconds.items():
        rate = args.faces / statistics.median(wall for wall, _ in times)
        rows.append(
            [name, f'{rate:.0f}', *(spread([own[i] / other[i] for own, other in zip(times, reference, strict=True)]) for i in (0, 1))]
        )
    print(f'{args.faces} faces, batches of {args.batch_size}, {full.device}, {args.rounds - 1} rounds in turns')
    print(markdown_table(['way', 'faces/s', 'times as long as the bare model: median (min - max)', 'the same in CPU time'], rows))


def spread(ratios: list[float]) -> str:
    """Median and range."""
    return f'{statistics.median(ratios):.3f} ({min(ratios):.3f} - {max(ratios):.3f})'


def bare(inferencer: 'FERInferencer', crops: 'list[np.ndarray]', batch_size: int) -> Callable[[], None]:
    """The forward pass of the model alone, over batches that are ready."""
    import numpy as np
    import torch

    recogniser: Any = inferencer.answering.recogniser
    model = recogniser.model
    prepared = [torch.from_numpy(np.stack(crops[i : i + batch_size])).permute(0, 3, 1, 2) for i in range(0, len(crops), batch_size)]
    batches = [model.data_preprocessor({'inputs': batch})['inputs'] for batch in prepared]

    def forward() -> None:
        with torch.inference_mode():
            for batch in batches:
                model(batch, mode='predict')

    return forward


def run(answering: Callable, images: 'list[np.ndarray]') -> None:
    """All results of the images."""
    from ofer.inference.sources import Picture

    for _ in answering(Picture(str(i), image) for i, image in enumerate(images)):
        pass


def whole_image() -> Callable:
    """The detector for images that are faces."""
    from ofer.faces import WholeImage

    return WholeImage()


def drawn_faces(number: int, size: int, exact: bool = False) -> 'list[np.ndarray]':
    """Faces of the data set that comes with the library, of about the size, or exactly of it."""
    import cv2

    from ofer.datasets import SyntheticFaces

    data = SyntheticFaces(length=number, size=min(max(size, 48), 224))
    faces = [data.draw(index)['img'] for index in range(number)]
    return [cv2.resize(face, (size, size)) for face in faces] if exact else faces


def framed(face: 'np.ndarray') -> 'np.ndarray':
    """The face with as much around it on each side."""
    import cv2

    side = len(face)
    return cv2.copyMakeBorder(face, side, side, side, side, cv2.BORDER_REPLICATE)
