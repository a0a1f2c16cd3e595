"""Speed of self-assembly against a plain loop: ``OMP_NUM_THREADS=1 ofer analyze self-assembly``.

With ``MALLOC_MMAP_THRESHOLD_=1000000000 MALLOC_TRIM_THRESHOLD_=2000000000`` in the environment, Linux reuses freed memory in
the next call and does not clear it again; this applies to both methods.

:func:`plain_loop` is a literal implementation of Eq. 2-3 of Latent-OFER, image by image and place by place; the tests use it as reference.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ofer.cli.options import at_least, share

if TYPE_CHECKING:
    from torch import Tensor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--batch-size', type=at_least(1), default=16)
    parser.add_argument('--channels', type=at_least(1), default=512)
    parser.add_argument('--size', type=at_least(1), default=32, help='height and width of the feature map')
    parser.add_argument('--masked', type=share, default=0.25, help='share of masked places; each image has another pattern')
    parser.add_argument('--repeats', type=at_least(1), default=5, help='number of runs of each method, in turns')
    parser.add_argument('--device', default='cpu')


def main(args: argparse.Namespace) -> None:
    import torch

    from ofer.evaluation.report import markdown_table
    from ofer.models.inpainters.plain_loop import plain_loop
    from ofer.models.inpainters.self_assembly import assemble

    torch.set_num_threads(1)
    torch.manual_seed(0)
    features = torch.randn(args.batch_size, args.channels, args.size, args.size, device=args.device).relu()
    places = args.size**2
    ranks = torch.rand(args.batch_size, places, device=args.device).argsort(1).argsort(1)
    mask = (ranks < round(args.masked * places)).view(-1, args.size, args.size)
    ways: dict[str, Callable[[], Tensor]] = {
        'plain loop, 1 image': lambda: plain_loop(features[:1], mask[:1]),
        f'assemble, {args.batch_size} images': lambda: assemble(features, mask),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    on_cpu = args.device == 'cpu'
    clock = time.process_time if on_cpu else time.perf_counter  # one thread: other processes do not change its CPU time
    with torch.inference_mode():
        difference = (ways['plain loop, 1 image']()[0] - assemble(features, mask)[0]).abs().max()
        for _ in range(args.repeats):
            for name, way in ways.items():
                start = clock()
                way()
                if not on_cpu:
                    torch.cuda.synchronize()
                seconds[name].append(clock() - start)
    print(f'features {tuple(features.shape)}, {args.masked:.0%} masked, {args.device}; largest difference {difference:.1e}\n')
    images = dict(zip(ways, (1, args.batch_size), strict=True))
    medians, rows = [], []
    for name, times in seconds.items():
        each = [1000 * value / images[name] for value in times]
        medians.append(statistics.median(each))
        rows.append([name, f'{medians[-1]:.2f} ({min(each):.2f} - {max(each):.2f})'])
    print(markdown_table(['way', f'{"CPU " if on_cpu else ""}ms an image: median (min - max)'], rows))
    print(f'\nfaster by {medians[0] / medians[1]:.1f}')
