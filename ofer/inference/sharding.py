"""Jobs over millions of inputs: a list, cut into shards, each of which becomes one Parquet file.

A shard's file appears when it is complete, so that a job which was stopped goes on with the shards that are missing. Machines that share a
folder divide the shards among them by number, without talking to each other.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ofer import __version__
from ofer.inference.face_result import FaceResult
from ofer.inference.parquet import pyarrow, write_parquet
from ofer.inference.sources import Reading
from ofer.inference.sources.files import walk_inputs
from ofer.inference.tables import Table, full_row
from ofer.messages import FULL, message_for_user

PLAN = '_plan.json'
"""Beside the shards; readers of Parquet folders leave out names that begin with ``_`` or ``.``."""


def list_inputs(given: str | Path) -> list[str]:
    """The inputs of a job, in an order that every machine finds.

    Args:
        given: a folder, which is searched as ``ofer predict`` does, or a text file with a path or URL a line; paths are relative to the
            file.

    Raises:
        FileNotFoundError: there is no such folder or file.
        ValueError: it names no input, or the file is no text in UTF-8.
    """
    path = Path(given)
    if path.is_dir():
        found = list(walk_inputs(str(path), Reading()))
    elif path.is_file():
        lines = (line.strip() for line in _read_list(path).splitlines())
        found = [line if '://' in line else str(path.parent / line) for line in lines if line and not line.startswith('#')]
    else:
        raise FileNotFoundError(f'{path}: no such folder, and no such list of inputs')
    if not found:
        raise ValueError(f'{path}: names no images and no videos')
    return found


def _read_list(path: Path) -> str:
    try:
        text = path.read_bytes().decode('utf-8-sig')
    except UnicodeDecodeError:
        text = '\0'
    if '\0' in text:  # an archive, whose first bytes may be valid
        raise ValueError(f'{path}: no list of paths in UTF-8; give a folder or a text file')
    return text


class ShardsFailedError(RuntimeError):
    """Some shards of a job were not written; the message names them, and has the first error."""


@dataclass(frozen=True)
class Shards:
    """The shards of a job in a folder.

    Args:
        folder: of the files.
        inputs: of the whole job.
        per_shard: inputs of a shard; the last may have fewer.

    >>> shards = Shards(Path('results'), ['a.jpg', 'b.jpg', 'c.jpg'], 2)
    >>> shards.number, shards.inputs_of(1), shards.file(1).name
    (2, ['c.jpg'], 'shard-000001.parquet')
    """

    folder: Path
    inputs: Sequence[str]
    per_shard: int

    @property
    def number(self) -> int:
        """Of shards."""
        return -(-len(self.inputs) // self.per_shard)

    def inputs_of(self, shard: int) -> list[str]:
        """The inputs of a shard."""
        return list(self.inputs[shard * self.per_shard : (shard + 1) * self.per_shard])

    def file(self, shard: int) -> Path:
        """The file of a shard."""
        return self.folder / f'shard-{shard:06d}.parquet'

    def missing(self, machine: int = 0, machines: int = 1) -> Iterator[int]:
        """Shards of a machine that have no file yet.

        Args:
            machine: number of this machine, from 0.
            machines: how many there are.

        Raises:
            ValueError: no such machine.
        """
        if not 0 <= machine < machines:
            raise ValueError(f'machine {machine + 1} of {machines}: expected a number from 1 to {machines}')
        return (shard for shard in range(machine, self.number, machines) if not self.file(shard).exists())

    def begin(self, settings: Mapping[str, Any]) -> None:
        """Write the plan of the job, or check that the folder belongs to the same one.

        Args:
            settings: that determine the results, as JSON values.

        Raises:
            ValueError: the folder holds another job; the message names what differs.
        """
        digest = hashlib.sha256('\n'.join(self.inputs).encode('utf-8', 'surrogateescape')).hexdigest()
        plan = json.loads(json.dumps(dict(settings, version=__version__, inputs=len(self.inputs), list=digest, per_shard=self.per_shard)))
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / PLAN
        partial = file.with_name(f'{PLAN}.{os.getpid()}')
        partial.write_text(json.dumps(plan, indent=1), encoding='utf-8')
        try:
            os.link(partial, file)  # of several machines that start at once, one is the first
        except FileExistsError:
            stated = json.loads(file.read_text(encoding='utf-8'))
            changed = sorted(key for key in {*stated, *plan} if stated.get(key) != plan.get(key))
            if changed:
                before, now = ({key: side.get(key) for key in changed} for side in (stated, plan))
                raise ValueError(f'{self.folder}: holds another job: {before} instead of {now}. Give another folder.') from None
        finally:
            partial.unlink()

    def write(self, shard: int, results: Iterable[Sequence[FaceResult]], classes: Sequence[str], schema: str | None = None) -> None:
        """Write the file of a shard, when all of its results are there.

        Args:
            shard: its number.
            results: of each image or frame.
            classes: names of the expressions.
            schema: of the columns, see :mod:`ofer.inference.schemas`.

        Raises:
            ImportError: pyarrow is not installed.
        """
        types = full_row(classes, schema)
        table = Table('jsonl', types, schema, flat=True)
        rows = self.folder / f'.shard-{shard:06d}.{os.getpid()}.rows'
        try:
            with rows.open('wb') as file:
                for faces in results:
                    file.write(table.lines(faces))
            write_parquet(rows, self.file(shard), types)
        finally:
            rows.unlink(missing_ok=True)


def run_shards(
    shards: Shards,
    answer: Callable[[list[str]], Iterable[Sequence[FaceResult]]],
    classes: Sequence[str],
    settings: Mapping[str, Any],
    machine: int = 0,
    machines: int = 1,
    schema: str | None = None,
) -> Iterator[int]:
    """Process the missing shards of a machine.

    A shard that fails does not stop the others; only a full disk ends the job at once.

    Args:
        shards: of the job.
        answer: results of inputs, image by image.
        classes: names of the expressions.
        settings: see :meth:`Shards.begin`.
        machine: number of this machine, from 0.
        machines: how many there are.
        schema: of the columns.

    Yields:
        The number of each shard, after its file was written.

    Raises:
        ShardsFailedError: at the end, if shards have failed.
    """
    pyarrow()  # now, not after hours
    shards.begin(settings)
    failed: dict[int, Exception] = {}
    for shard in shards.missing(machine, machines):
        try:
            shards.write(shard, answer(shards.inputs_of(shard)), classes, schema)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in FULL:
                raise
            failed[shard] = error
        else:
            yield shard
    if failed:
        names = ', '.join(shards.file(shard).name for shard in failed)
        first, cause = next(iter(failed.items()))
        inputs = shards.inputs_of(first)
        reason = f'{shards.file(first)}, inputs {inputs[0]} to {inputs[-1]}: {message_for_user(cause).rstrip(".")}'
        raise ShardsFailedError(f'{reason}. Not written: {names}; the same command tries them again.') from cause
