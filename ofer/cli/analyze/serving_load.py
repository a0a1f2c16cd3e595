"""A server under many clients of which some send garbage: failures, latencies, and its memory from start to end.

    ofer analyze serving-load
    ofer analyze serving-load --clients 50 --garbage 0.2 --seconds 300

Starts `ofer serve` on the loopback, and stops it at the end. Each client sends its next request as soon as it has an answer. Garbage is of
eleven kinds: from empty files over images of gigapixels to connections that are closed in the middle.

Exit status: 0, every photo was answered and all garbage refused; 1, there were failures.
"""

import argparse

from ofer.cli.options import at_least, share


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('photos', nargs='*', metavar='PHOTO', help='with a face each (default: the photographs of `ofer demo`)')
    parser.add_argument('--clients', type=at_least(1), default=50, metavar='N', help='at a time (default: %(default)s)')
    parser.add_argument('--garbage', type=share, default=0.2, metavar='SHARE', help='of the requests (default: %(default)s)')
    parser.add_argument('--seconds', type=at_least(1), default=300, metavar='S', help='how long (default: %(default)s)')
    parser.add_argument('--seed', type=at_least(0), default=0, help='of the choices (default: %(default)s)')


def main(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    import asyncio

    from ofer.cli.serve import check_installed

    check_installed(page=True)

    from ofer.evaluation.report import markdown_table
    from ofer.serving.load import Load, run_load
    from ofer.serving.local import local_server, memory_of

    load = Load(photo_files(args.photos), args.clients, args.garbage, args.seconds, args.seed)
    with local_server() as (address, process):
        outcome = asyncio.run(run_load(address, load, lambda: memory_of(process.pid)))
    times = [f'{1000 * value:.0f} ms' for value in outcome.percentiles()]
    answered, (_, first), (_, last) = len(outcome.latencies), outcome.memory[0], outcome.memory[-1]
    warm = next((memory for seconds, memory in outcome.memory if seconds >= 0.1 * args.seconds), last)
    rows = [
        ['photos answered', f'{answered} ({answered / args.seconds:.1f} a second)'],
        ['garbage refused', str(sum(outcome.garbage.values()))],
        ['told to wait (503)', str(outcome.busy)],
        ['failures', str(sum(outcome.failures.values()))],
        ['latency of photos: median, 90 %, 99 %, longest', ', '.join(times)],
        ['memory of the server: at the start, after a tenth of the time, at the end', f'{first:.0f}, {warm:.0f}, {last:.0f} MB'],
        ['most memory', f'{max(memory for _, memory in outcome.memory):.0f} MB'],
    ]
    print(f'{args.clients} clients, {100 * args.garbage:.0f} % garbage, {args.seconds} s, seed {args.seed}')
    print(markdown_table(['', 'value'], rows))
    for description, count in outcome.failures.most_common(10):
        print(f'failure, {count} times: {description}')
    return 1 if outcome.failures else 0


def photo_files(paths: list[str]) -> list[bytes]:
    """The given photos, or those of `ofer demo`, as files."""
    from pathlib import Path

    if paths:
        return [Path(path).read_bytes() for path in paths]
    import cv2

    from ofer.demos.photographs import photographs

    return [cv2.imencode('.jpg', found.image[..., ::-1])[1].tobytes() for found in photographs()]
