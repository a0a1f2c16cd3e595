"""Time of the occlusion report over that of pure inference on as many images: ``ofer analyze report-cost``.

For every condition, the report draws its images, asks the model of the package and writes the answers. Pure inference is the forward pass
of the same network, logits and occlusion maps, on as many images in memory, in batches of 64. The two take turns, and their CPU times are
compared.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ofer.cli.options import at_least

if TYPE_CHECKING:
    from ofer.report.measuring import Loop
    from ofer.report.protocols import Condition


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('--images', type=at_least(64), default=64, help='drawn faces (default: %(default)s)')
    parser.add_argument('--cutouts', metavar='DIR', help='folder of cut-outs (RGBA)')
    parser.add_argument('--quick', action='store_true', help='the conditions of ofer report --quick')


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import torch

    from ofer.apis.recognisers import load_recogniser
    from ofer.datasets import SyntheticFaces
    from ofer.evaluation.report import markdown_table
    from ofer.report.contenders import RecogniserContender
    from ofer.report.faces import read_faces
    from ofer.report.measuring import REFERENCE, Loop, rounded_batch
    from ofer.report.protocols import Choice, choose_conditions
    from ofer.report.storage import Storage

    recogniser = load_recogniser('default')
    faces = read_faces(SyntheticFaces('test', length=args.images, size=recogniser.aligner.size))
    contender = RecogniserContender('default', recogniser)
    batches = [recogniser.inputs(list(faces.images[start : start + 64])) for start in range(0, len(faces), 64)]

    @torch.inference_mode()
    def pure() -> None:
        for batch in batches:
            recogniser.model.outputs(batch)

    seconds: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    with TemporaryDirectory() as folder:
        loop = Loop(faces, {'default': contender, REFERENCE: contender}, Storage(Path(folder), {}), rounded_batch(64))
        pure()
        for condition in choose_conditions(Choice(quick=args.quick, cutouts=args.cutouts)):
            ways: tuple[Callable[[], None], ...] = (partial(reported, loop, condition), pure)
            for column, way in enumerate(ways):
                spent = cpu_time(way)
                seconds[condition.section][column] += spent
                seconds['all'][column] += spent
    rows = [[name, f'{report:.1f}', f'{bare:.1f}', f'{report / bare:.3f}'] for name, (report, bare) in seconds.items() if name != 'all']
    report, bare = seconds['all']
    rows.append(['all', f'{report:.1f}', f'{bare:.1f}', f'{report / bare:.3f}'])
    print(markdown_table(['section', 'report, CPU s', 'pure inference, CPU s', 'ratio'], rows))


def reported(loop: 'Loop', condition: 'Condition') -> None:
    """All that the report does for a condition."""
    from ofer.report.measuring import parts_of

    for part in range(parts_of(loop.faces, condition.name)):
        loop.step(condition, part, ['default'])


def cpu_time(step: Callable[[], None]) -> float:
    """CPU seconds of a step, over all threads."""
    begin = time.process_time()
    step()
    return time.process_time() - begin
