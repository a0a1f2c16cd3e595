"""Expressions of the faces in millions of images, as a folder of Parquet files.

    ofer predict-many photos/ --out results/
    ofer predict-many list.txt --out results/ --machine 2/8

The inputs, a folder or a text file with a path a line, are cut into shards of --per-shard inputs. A shard's file appears when it is
complete. If a job is stopped, run the same command again: shards that have a file are left out. Machines that share the folder of the
results each get a number; together they process every shard once. Columns are those of ofer predict. A shard that fails stops no other.

Exit status: as of ofer predict.
"""

import argparse
import re
import sys
from pathlib import Path

from ofer.cli.inference import SOME_UNREADABLE, add_inferencer_arguments, build_inferencer
from ofer.cli.options import at_least


def one_of(text: str) -> tuple[int, int]:
    """Argument type: ``2/8``, the second of eight machines, as ``(1, 8)``."""
    match = re.fullmatch(r'(\d+)/(\d+)', text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError(f'{text}: expected a machine and their number, such as 2/8')
    return int(match[1]) - 1, int(match[2])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('inputs', metavar='INPUTS', help='folder, or text file with a path or URL a line')
    parser.add_argument('--out', required=True, metavar='DIR', help='folder of the Parquet files')
    parser.add_argument('--per-shard', type=at_least(1), default=1000, metavar='N', help='inputs of a file (default: %(default)s)')
    parser.add_argument('--machine', type=one_of, default=(0, 1), metavar='K/N', help='this is machine K of N (default: 1/1)')
    parser.add_argument('--schema', choices=['pyfeat', 'deepface'], help='column names of that tool (default: those of ofer)')
    add_inferencer_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    from ofer.cli.predict import network_settings
    from ofer.inference.job import Summary
    from ofer.inference.sharding import Shards, list_inputs, run_shards
    from ofer.inference.sources import Reading

    shards = Shards(Path(args.out), list_inputs(args.inputs), args.per_shard)
    inferencer = build_inferencer(args)
    summary = Summary()

    def answer(inputs: list[str]):  # type: ignore[no-untyped-def]  # of _Shards.write
        for _, results in inferencer.frames(inputs, Reading(web=inferencer.web, every=args.every)):
            summary.add(results)
            yield results

    settings = network_settings(args) | dict(every=args.every, schema=args.schema)
    machine, machines = args.machine
    earlier = sorted(set(range(machine, shards.number, machines)) - set(shards.missing(machine, machines)))
    for shard in run_shards(shards, answer, inferencer.classes, settings, machine, machines, args.schema):
        if not args.quiet:
            sys.stderr.write(f'{shards.file(shard)}: shard {shard + 1} of {shards.number}; {summary}\n')
    for shard in earlier:
        summary.earlier += len(shards.inputs_of(shard))
        summary.earlier_unreadable += unreadable_rows(shards.file(shard))
    if earlier and not args.quiet:
        sys.stderr.write(f'{shards.folder}: {summary}\n')
    return 0 if summary.all_read else SOME_UNREADABLE


def unreadable_rows(file: Path) -> int:
    """Number of inputs of a shard that could not be read: each is one row."""
    from ofer.inference.face_result import UNREADABLE
    from ofer.inference.parquet import pyarrow

    return pyarrow().parquet.read_table(file, columns=['status'])['status'].to_pylist().count(UNREADABLE)
