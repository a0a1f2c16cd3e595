"""A file of results that is written incrementally and can be continued by a restarted job.

Next to ``results.csv``, the journal ``results.csv.progress`` records the length of the file after the rows of each image. If the job is
killed, the next run truncates the file to the last recorded length and skips every recorded image: no row is lost or doubled.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from ofer.inference.face_result import UNREADABLE, FaceResult
from ofer.inference.tables import FORMATS, Table, full_row

SUFFIX = '.progress'


def format_of(path: str | Path) -> str:
    """``csv``, ``jsonl`` or ``parquet`` by the suffix.

    Raises:
        ValueError: another suffix.

    >>> format_of('a/results.CSV')
    'csv'
    """
    kind = Path(path).suffix.lower().removeprefix('.')
    if kind not in FORMATS:
        raise ValueError(f'{path}: results are written as {", ".join("." + name for name in FORMATS)}')
    return kind


class ResultsFile:
    """Results on disk, written as they come.

    Args:
        path: of the file; its suffix chooses the format. A ``.parquet`` file appears once the job is finished; until then the rows are
            in ``.parquet.part``.
        classes: names of the expressions.
        settings: that determine the results, as JSON values; a file that was begun with other settings is not continued.
        schema: None for our own columns, or those of another tool, see :mod:`ofer.inference.schemas`.
        overwrite: replace an existing file.

    Raises:
        ValueError: unknown suffix or schema, the file was begun with other settings or by something else, another process writes it, or it
            was changed since.
        ImportError: a ``.parquet`` file without pyarrow.
    """

    def __init__(
        self,
        path: str | Path,
        classes: Sequence[str],
        settings: Mapping[str, Any],
        schema: str | None = None,
        overwrite: bool = False,
    ) -> None:
        self.path = Path(path)
        self.settings = json.loads(json.dumps(settings))
        self._types = full_row(classes, schema)
        kind = format_of(path)
        self.parquet = kind == 'parquet'
        if self.parquet:
            from ofer.inference.parquet import pyarrow

            pyarrow()  # now, not after hours
        self.table = Table('csv' if kind == 'csv' else 'jsonl', self._types, schema, flat=self.parquet)
        self.rows_path = self.path.with_name(self.path.name + '.part') if self.parquet else self.path
        self.journal_path = self.path.with_name(self.path.name + SUFFIX)
        self._answered: dict[int, int | None] = {}
        self._earlier: dict[int, str] = {}
        self._state: dict[str, Any] = {}
        self._last: str | None = None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._journal = self._open_journal(overwrite)
        try:
            size = 0 if overwrite else self._resume()
        except ValueError:
            self._journal.close()
            raise
        self._rows = self.rows_path.open('r+b' if self.rows_path.exists() else 'w+b')
        self._rows.truncate(size)
        self._rows.seek(size)
        if size == 0:
            self._begin()

    def start(self, source: str) -> int | None:
        """The first frame to process, or None if the whole source has been processed: for :class:`ofer.inference.sources.Reading`.

        A source counts as processed from the first call on, so that a source that is given twice is processed once.
        """
        key = _key(source)
        frame = self._answered.get(key, 0)
        self._answered[key] = None
        return frame

    def earlier(self, source: str) -> str | None:
        """What an earlier run made of the whole source: ``'read'`` or ``'unreadable'``.

        None if it did not process the whole source, and from the second call on, so that a source that is given twice is counted once.
        """
        return self._earlier.pop(_key(source), None)

    def state(self, source: str) -> Mapping[str, Any] | None:
        """The state that was recorded with the last frame of a source that was processed in part."""
        return self._state.get(source)

    def write(self, results: Sequence[FaceResult], state: Mapping[str, Any] | None = None) -> None:
        """Append the rows of one image.

        Args:
            results: of one image, or of one frame of a video.
            state: recorded for a run that resumes after this frame; None for still images.
        """
        source, frame = results[0].source, results[0].frame
        if self._last not in (None, source):
            self._note(source=self._last, whole=True)
        self._rows.write(self.table.lines(results))
        self._rows.flush()
        if results[0].status == UNREADABLE:  # of a video, the end of what can be read
            self._note(source=source, whole=True, unreadable=True)
            self._last = None
        elif results[0].time is None:
            self._note(source=source, whole=True)
            self._last = None
        else:
            self._note(source=source, frame=frame, state=state)
            self._last = source

    def close(self, finished: bool = True) -> None:
        """Close the file.

        Args:
            finished: all inputs were processed; False if the job was interrupted and will be resumed.
        """
        if finished and self._last is not None:
            self._note(source=self._last, whole=True)
        self._rows.close()
        if finished and self.parquet:
            from ofer.inference.parquet import write_parquet

            write_parquet(self.rows_path, self.path, self._types)
            self.rows_path.unlink()
        self._journal.close()

    def _open_journal(self, overwrite: bool) -> IO[bytes]:
        if self.path.exists() and not self.journal_path.exists() and not overwrite:
            raise ValueError(f'{self.path}: exists, but {self.journal_path.name} does not. Give another name, or --overwrite.')
        file = self.journal_path.open('r+b' if self.journal_path.exists() else 'w+b')
        if not _lock(file):
            file.close()
            raise ValueError(f'{self.path}: another process is writing it')
        return file

    def _begin(self) -> None:
        self._answered, self._earlier, self._state, self._last = {}, {}, {}, None
        self._journal.seek(0)
        self._journal.truncate()
        self._rows.write(self.table.header())
        self._rows.flush()
        self._note(settings=self.settings)

    def _note(self, **entry: Any) -> None:
        self._journal.write(json.dumps({**entry, 'end': self._rows.tell()}).encode() + b'\n')
        self._journal.flush()

    def _resume(self) -> int:
        """Read the journal as far as it agrees with the file, and return the length of the file up to there."""
        if self.parquet and self.path.exists() and not self.rows_path.exists():
            from ofer.inference.parquet import read_parquet

            read_parquet(self.path, self.rows_path)
        size = self.rows_path.stat().st_size if self.rows_path.exists() else 0
        end = position = 0
        for number, line in enumerate(self._journal):
            entry = _parsed(line)
            if entry is None or entry['end'] > size or (number == 0 and 'settings' not in entry):
                break
            if number == 0:
                self._check(entry['settings'])
            self._take(entry)
            end = entry['end']
            position += len(line)
        if not self._ends_a_line(end):
            raise ValueError(f'{self.path}: was changed since the job that wrote it. Give another name, or --overwrite.')
        self._journal.seek(position)
        self._journal.truncate()
        return end

    def _ends_a_line(self, end: int) -> bool:
        if end == 0:
            return True
        with self.rows_path.open('rb') as file:
            file.seek(end - 1)
            return file.read(1) == b'\n'

    def _check(self, settings: Mapping[str, Any]) -> None:
        changed = [key for key in {*settings, *self.settings} if settings.get(key) != self.settings.get(key)]
        if changed:
            before, now = ({key: side.get(key) for key in sorted(changed)} for side in (settings, self.settings))
            raise ValueError(f'{self.path}: was begun with other settings: {before} instead of {now}. Give another name, or --overwrite.')

    def _take(self, entry: Mapping[str, Any]) -> None:
        if entry.get('whole'):
            key = _key(entry['source'])
            self._answered[key] = None
            self._earlier[key] = UNREADABLE if entry.get('unreadable') else 'read'
            self._state.pop(entry['source'], None)
            self._last = None
        elif 'frame' in entry:
            self._answered[_key(entry['source'])] = entry['frame'] + 1
            self._state = {entry['source']: entry['state']}
            self._last = entry['source']


def _parsed(line: bytes) -> dict[str, Any] | None:
    """An entry of the journal; None if it is incomplete."""
    try:
        return json.loads(line) if line.endswith(b'\n') else None
    except ValueError:
        return None


def _key(source: str) -> int:
    """A source in 64 bits: a hundred thousand paths would be large."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(source.encode('utf-8', 'surrogateescape'), digest_size=8).digest(), 'big')


def _lock(file: IO[bytes]) -> bool:
    """Whether this process alone writes the file; where the system has no such locks, True."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
