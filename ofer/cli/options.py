"""Options that several commands share, and the types of their values."""

import argparse
import math
import os
import re
from collections.abc import Callable
from pathlib import Path


def add_overrides(parser: argparse.ArgumentParser, example: str = '') -> None:
    """Add ``--cfg-options``."""
    text = 'overrides of the config' + (f', e.g. {example}' if example else '')
    parser.add_argument('--cfg-options', nargs='+', default=[], metavar='KEY=VALUE', help=text)


def add_launcher(parser: argparse.ArgumentParser) -> None:
    """Add ``--launcher``, and ``--local-rank``, which old launchers pass instead of the variable ``LOCAL_RANK``."""
    parser.add_argument('--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none', help='how the processes were started')
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0, help=argparse.SUPPRESS)


def set_local_rank(args: argparse.Namespace) -> None:
    """Copy ``--local-rank`` to the variable that mmengine reads."""
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))


def at_least(least: int) -> Callable[[str], int]:
    """Argument type: integers from ``least``."""

    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f'{value}: expected a whole number of at least {least}')
        return value

    return number


def decimal(least: float = -math.inf) -> Callable[[str], float]:
    """Argument type: finite numbers from ``least``."""

    def number(text: str) -> float:
        value = float(text)
        if not math.isfinite(value) or value < least:
            raise argparse.ArgumentTypeError(f'{text}: expected a finite number' + (f' of at least {least:g}' if least > -math.inf else ''))
        return value

    return number


def seconds(text: str) -> float:
    """Argument type: a time, as seconds: ``90``, ``90s``, ``8min``, ``1.5h``.

    >>> seconds('8min')
    480.0
    """
    match = re.fullmatch(r'(\d+(?:\.\d+)?)\s*(s|min|h)?', text.strip())
    if match is None or not float(match[1]):
        raise argparse.ArgumentTypeError(f'{text}: expected a time such as 90s, 8min or 1.5h')
    return float(match[1]) * {None: 1, 's': 1, 'min': 60, 'h': 3600}[match[2]]


def file_of(*suffixes: str) -> Callable[[str], Path]:
    """Argument type: paths with one of the suffixes."""

    def path(text: str) -> Path:
        if Path(text).suffix not in suffixes:
            raise argparse.ArgumentTypeError(f'{text}: expected a name that ends in {" or ".join(suffixes)}')
        return Path(text)

    return path


def file_or_folder_of(*suffixes: str) -> Callable[[str], Path]:
    """Argument type: a file with one of the suffixes, or a folder, without a suffix.

    >>> file_or_folder_of('.png')('a/b.PNG').name, file_or_folder_of('.png')('a/b').name
    ('b.PNG', 'b')
    """

    def path(text: str) -> Path:
        suffix = Path(text).suffix
        if suffix and suffix.lower() not in suffixes:
            raise argparse.ArgumentTypeError(f'{text}: expected a name that ends in {" or ".join(suffixes)}, or a folder, without a suffix')
        return Path(text)

    return path


def share(text: str) -> float:
    """Argument type: numbers in [0, 1]."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f'{value}: expected a share from 0 to 1')
    return value
