"""A results file that is cut at any moment is continued without a lost or doubled row."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ofer.inference.face_result import FaceResult
from ofer.inference.writing import SUFFIX, ResultsFile, format_of

CLASSES = ('anger', 'neutral')
SETTINGS = dict(model='default')
SHARES = {'anger': 0.25, 'neutral': 0.75}


def still(name: str, faces: int) -> list[FaceResult]:
    if faces == 0:
        return [FaceResult(name, status='no face', reason='no face found')]
    box = np.zeros(4, np.float32)
    return [FaceResult(name, face=i, faces=faces, box=box, label='neutral', probabilities=SHARES, score=0.1 * i) for i in range(faces)]


IMAGES = [still('a.jpg', 1), still('b, "c".jpg', 3), still('d.jpg', 0), still('e.jpg', 2)]
VIDEO = [[result.but(frame=i, time=i / 10, track=0) for result in still('v.mp4', 1 + i % 2)] for i in range(4)]
JOB = [*IMAGES[:2], *VIDEO, *IMAGES[2:]]


def run(path: Path, job: list[list[FaceResult]], stop: int | None = None, **options: Any) -> list[str]:
    """Do what a job does; gives the names of what was answered this time."""
    file = ResultsFile(path, CLASSES, options.pop('settings', SETTINGS), **options)
    asked: dict[str, int | None] = {}
    done = []
    for results in job:
        source, frame = results[0].source, results[0].frame
        if source not in asked:
            asked[source] = file.start(source)
        start = asked[source]
        if start is None or frame < start:
            continue
        if stop is not None and len(done) == stop:
            file.close(finished=False)
            return done
        file.write(results, dict(last=frame) if results[0].time is not None else None)
        done.append(f'{source} {frame}')
    file.close()
    return done


def rows(path: Path) -> list[tuple[str, str, str]]:
    if path.suffix == '.parquet':
        import pandas

        table = pandas.read_parquet(path)
        faces = ['' if face != face else str(int(face)) for face in table['face'].astype(float)]
        return list(zip(table['source'], table['frame'].astype(str), faces, strict=True))
    with path.open(newline='') as file:
        found = list(csv.DictReader(file)) if path.suffix == '.csv' else [json.loads(line) for line in file]
    return [(row['source'], str(row['frame']), '' if row['face'] is None else str(row['face'])) for row in found]


EXPECTED = [(r.source, str(r.frame), '' if r.face is None else str(r.face)) for results in JOB for r in results]


@pytest.mark.parametrize('suffix', ['csv', 'parquet'])
def test_names_that_are_not_utf_8_are_written_with_escapes(tmp_path: Path, suffix: str) -> None:
    job = [[FaceResult(os.fsdecode(b'bad\xff.jpg'), label='neutral', probabilities={'anger': 0.2, 'neutral': 0.8})]]
    path = tmp_path / f'results.{suffix}'
    for left in (1, 0):  # a second start has nothing to do
        assert len(run(path, job)) == left
        assert [row[0] for row in rows(path)] == ['bad\\udcff.jpg']


@pytest.mark.parametrize('suffix', ['csv', 'jsonl', 'parquet'])
def test_rows_come_in_order_and_a_second_start_has_nothing_to_do(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / 'new' / f'results.{suffix}'
    assert len(run(path, JOB)) == len(JOB)
    assert rows(path) == EXPECTED
    content = path.read_bytes()
    assert run(path, JOB) == []
    assert rows(path) == EXPECTED
    if suffix != 'parquet':
        assert path.read_bytes() == content


@pytest.mark.parametrize('suffix', ['csv', 'jsonl', 'parquet'])
@pytest.mark.parametrize('stop', range(len(JOB)))
def test_an_interrupted_job_goes_on(tmp_path: Path, suffix: str, stop: int) -> None:
    path = tmp_path / f'results.{suffix}'
    first = run(path, JOB, stop)
    second = run(path, JOB)
    assert len(first) == stop
    assert first + second == [f'{results[0].source} {results[0].frame}' for results in JOB]
    assert rows(path) == EXPECTED


@pytest.mark.parametrize('suffix', ['csv', 'jsonl'])
def test_a_kill_at_any_byte_loses_and_doubles_nothing(tmp_path: Path, suffix: str) -> None:
    """Rows are written before the journal's entry, so a kill leaves the file longer than noted; a power cut may leave either shorter."""
    path = tmp_path / f'results.{suffix}'
    run(path, JOB)
    whole, journal = path.read_bytes(), (tmp_path / f'{path.name}{SUFFIX}').read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(60):
        path.write_bytes(whole[: rng.integers(0, len(whole) + 1)])
        (tmp_path / f'{path.name}{SUFFIX}').write_bytes(journal[: rng.integers(1, len(journal) + 1)])
        run(path, JOB)
        assert path.read_bytes() == whole


def test_the_state_of_an_unfinished_video_is_kept(tmp_path: Path) -> None:
    path = tmp_path / 'results.csv'
    run(path, JOB, stop=4)  # a, b, and two frames of the video
    file = ResultsFile(path, CLASSES, SETTINGS)
    assert file.state('v.mp4') == dict(last=1)
    assert file.start('v.mp4') == 2
    assert file.start('a.jpg') is None
    assert file.start('e.jpg') == 0
    assert file.start('e.jpg') is None  # the same source given twice
    file.close(finished=False)


def test_more_inputs_are_appended_to_a_finished_file(tmp_path: Path) -> None:
    for name in ('results.csv', 'results.parquet'):
        run(tmp_path / name, JOB)
        assert run(tmp_path / name, [still('new.jpg', 1), *JOB]) == ['new.jpg 0']
        assert rows(tmp_path / name) == [*EXPECTED, ('new.jpg', '0', '0')]


def test_what_an_earlier_run_did_is_counted_once(tmp_path: Path) -> None:
    path = tmp_path / 'results.csv'
    run(path, [*IMAGES[:1], [FaceResult('bad.jpg', status='unreadable', reason='damaged')], *VIDEO])
    file = ResultsFile(path, CLASSES, SETTINGS)
    assert [file.earlier(name) for name in ('a.jpg', 'bad.jpg', 'v.mp4', 'new.jpg', 'bad.jpg')] == [
        'read',
        'unreadable',
        'read',
        None,
        None,
    ]
    file.close()


def test_a_name_that_is_no_text_is_escaped_in_every_format(tmp_path: Path) -> None:
    job = [still(os.fsdecode(b'bad\xff.jpg'), 1)]
    for suffix in ('csv', 'parquet'):
        path = tmp_path / f'results.{suffix}'
        run(path, job)
        assert rows(path) == [(r'bad\udcff.jpg', '0', '0')]
        assert run(path, [*job, still('a.jpg', 1)]) == ['a.jpg 0']
        assert rows(path)[0] == (r'bad\udcff.jpg', '0', '0')


def test_a_video_that_ends_in_damage_is_not_begun_again(tmp_path: Path) -> None:
    path = tmp_path / 'results.csv'
    damaged = [*VIDEO[:2], [FaceResult('v.mp4', status='unreadable', frame=2, time=0.1, reason='damaged')]]
    run(path, damaged)
    file = ResultsFile(path, CLASSES, SETTINGS)
    assert file.start('v.mp4') is None
    file.close()


def test_other_settings_are_refused_and_overwrite_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / 'results.csv'
    run(path, JOB)
    with pytest.raises(ValueError, match=r"begun with other settings: \{'model': 'default'\} instead of \{'model': 'other'\}"):
        ResultsFile(path, CLASSES, dict(model='other'))
    assert rows(path) == EXPECTED
    run(path, IMAGES[:1], settings=dict(model='other'), overwrite=True)
    assert rows(path) == EXPECTED[:1]


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / 'results.csv'
    path.write_text('precious')
    with pytest.raises(ValueError, match=r'exists, but results\.csv\.progress does not'):
        ResultsFile(path, CLASSES, SETTINGS)
    assert path.read_text() == 'precious'
    run(tmp_path / 'other.csv', JOB)
    content = (tmp_path / 'other.csv').read_bytes()
    (tmp_path / 'other.csv').write_bytes(content[::-1])  # sorted in another program, say
    with pytest.raises(ValueError, match='was changed'):
        ResultsFile(tmp_path / 'other.csv', CLASSES, SETTINGS)


def test_two_processes_do_not_write_one_file(tmp_path: Path) -> None:
    pytest.importorskip('fcntl')
    file = ResultsFile(tmp_path / 'results.csv', CLASSES, SETTINGS)
    with pytest.raises(ValueError, match='another process'):
        ResultsFile(tmp_path / 'results.csv', CLASSES, SETTINGS)
    file.close()


@pytest.mark.parametrize('schema', ['pyfeat', 'deepface'])
def test_columns_of_other_tools_in_every_format(tmp_path: Path, schema: str) -> None:
    for suffix in ('csv', 'jsonl', 'parquet'):
        path = tmp_path / f'results.{suffix}'
        run(path, JOB, schema=schema)
        assert path.stat().st_size > 0
    with (tmp_path / 'results.csv').open(newline='') as file:
        header = next(csv.reader(file))
    assert header[0] == {'pyfeat': 'FaceRectX', 'deepface': 'emotion.angry'}[schema]


def test_suffix_chooses_the_format() -> None:
    assert format_of('a.PARQUET') == 'parquet'
    with pytest.raises(ValueError, match=r'a\.xlsx: results are written as \.csv, \.jsonl, \.parquet'):
        format_of('a.xlsx')
