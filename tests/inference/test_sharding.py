"""Shards of large jobs: none lost, none doubled, whoever is stopped and however many machines there are."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from ofer.apis.mapping import FaceMapper
from ofer.cli.main import main
from ofer.inference.face_result import FaceResult
from ofer.inference.sharding import PLAN, Shards, ShardsFailedError, list_inputs, run_shards

pandas = pytest.importorskip('pandas')
parquet = pytest.importorskip('pyarrow.parquet')
CLASSES = ('anger', 'neutral')


def answer(inputs: list[str]) -> Iterable[list[FaceResult]]:
    """Two faces in every image."""
    for name in inputs:
        shares = dict(anger=0.25, neutral=0.75)
        box = np.array([1, 2, 3, 4], np.float32)
        yield [FaceResult(name, face=i, faces=2, box=box, label='neutral', probabilities=shares) for i in range(2)]


def rows_of(folder: Path) -> list[tuple[str, int]]:
    table = pandas.read_parquet(folder)  # the whole folder, as users read it
    return sorted(zip(table['source'], table['face'], strict=True))


def test_machines_that_share_a_folder_divide_the_work(tmp_path: Path) -> None:
    inputs = [f'{i:02d}.jpg' for i in range(23)]
    expected = sorted((name, i) for name in inputs for i in range(2))
    alone = Shards(tmp_path / 'alone', inputs, 5)
    assert list(run_shards(alone, answer, CLASSES, {})) == [0, 1, 2, 3, 4]
    assert rows_of(alone.folder) == expected
    shared = Shards(tmp_path / 'shared', inputs, 5)
    assert [list(run_shards(shared, answer, CLASSES, {}, machine, 2)) for machine in (0, 1)] == [[0, 2, 4], [1, 3]]
    assert rows_of(shared.folder) == expected
    for shard in range(5):
        assert parquet.read_table(alone.file(shard)) == parquet.read_table(shared.file(shard))
    with pytest.raises(ValueError, match='machine 3 of 2: expected a number from 1 to 2'):
        list(run_shards(shared, answer, CLASSES, {}, 2, 2))


def test_a_killed_job_goes_on(tmp_path: Path) -> None:
    inputs = [f'{i:02d}.jpg' for i in range(9)]
    shards = Shards(tmp_path, inputs, 2)

    def dies(given: list[str]) -> Iterable[list[FaceResult]]:
        for results in answer(given):
            if results[0].source == '05.jpg':
                raise KeyboardInterrupt
            yield results

    with pytest.raises(KeyboardInterrupt):
        list(run_shards(shards, dies, CLASSES, {}))
    assert sorted(file.name for file in tmp_path.iterdir()) == [PLAN, 'shard-000000.parquet', 'shard-000001.parquet']
    assert list(run_shards(shards, answer, CLASSES, {})) == [2, 3, 4]
    assert rows_of(tmp_path) == sorted((name, i) for name in inputs for i in range(2))
    assert list(run_shards(shards, answer, CLASSES, {})) == []


def test_another_job_in_the_folder_is_refused(tmp_path: Path) -> None:
    list(run_shards(Shards(tmp_path, ['a.jpg'], 5), answer, CLASSES, dict(model='one')))
    with pytest.raises(ValueError, match=r"holds another job: \{'model': 'one'\} instead of \{'model': 'two'\}"):
        list(run_shards(Shards(tmp_path, ['a.jpg'], 5), answer, CLASSES, dict(model='two')))
    with pytest.raises(ValueError, match=r"holds another job: \{'inputs': 1, 'list': "):
        list(run_shards(Shards(tmp_path, ['a.jpg', 'b.jpg'], 4), answer, CLASSES, dict(model='one')))


def test_inputs_are_those_of_a_folder_or_a_list(tmp_path: Path) -> None:
    for name in ('b.jpg', 'inner/a.png', 'clip.mp4', 'notes.txt', '.hidden.jpg', '.thumbnails/a.jpg'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / 'photo').write_bytes(b'\xff\xd8\xff\xe0' + bytes(20))  # an image without a suffix, as ofer predict sees
    assert list_inputs(tmp_path) == [str(tmp_path / name) for name in ('b.jpg', 'clip.mp4', 'photo', 'inner/a.png')]
    (tmp_path / 'list.txt').write_text('# a comment\nb.jpg\n\n/far/c.jpg\nhttps://example.org/d.jpg\n')
    assert list_inputs(tmp_path / 'list.txt') == [str(tmp_path / 'b.jpg'), '/far/c.jpg', 'https://example.org/d.jpg']
    (tmp_path / 'empty').mkdir()
    with pytest.raises(ValueError, match='empty: names no images and no videos'):
        list_inputs(tmp_path / 'empty')
    with pytest.raises(FileNotFoundError, match=r'none: no such folder'):
        list_inputs(tmp_path / 'none')


def test_a_list_is_text_in_utf_8(tmp_path: Path) -> None:
    path = tmp_path / 'list.txt'
    path.write_text('é.jpg\n', encoding='utf-8-sig')
    assert list_inputs(path) == [str(tmp_path / 'é.jpg')]
    archive = b'PK\x03\x04\0\0'
    for content in ('é.jpg\n'.encode('utf-16'), 'é.jpg\n'.encode('latin-1'), b'\xff\xd8\xff\xe0', archive):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r'list\.txt: no list of paths in UTF-8; give a folder or a text file'):
            list_inputs(path)


def test_a_shard_that_fails_stops_no_other(tmp_path: Path) -> None:
    inputs = [f'{i:02d}.jpg' for i in range(9)]
    shards = Shards(tmp_path, inputs, 2)

    def fails(given: list[str]) -> Iterable[list[FaceResult]]:
        for results in answer(given):
            if results[0].source in ('03.jpg', '07.jpg'):
                raise ValueError(f'{results[0].source}: too odd.')
            yield results

    with pytest.raises(ShardsFailedError) as error:
        list(run_shards(shards, fails, CLASSES, {}))
    assert [int(file.stem[-6:]) for file in sorted(tmp_path.glob('*.parquet'))] == [0, 2, 4]
    message = str(error.value)
    assert 'shard-000001.parquet, inputs 02.jpg to 03.jpg: ' in message
    assert 'ValueError: 03.jpg: too odd' in message
    assert 'Not written: shard-000001.parquet, shard-000003.parquet; the same command' in message
    assert list(run_shards(shards, answer, CLASSES, {})) == [1, 3]


def test_a_full_disk_ends_the_job_at_once(tmp_path: Path) -> None:
    calls = []

    def full(given: list[str]) -> Iterable[list[FaceResult]]:
        calls.append(given)
        raise OSError(errno.ENOSPC, 'No space left on device')

    with pytest.raises(OSError, match='No space left'):
        list(run_shards(Shards(tmp_path, ['a.jpg', 'b.jpg'], 1), full, CLASSES, {}))
    assert len(calls) == 1


def test_names_that_are_not_utf_8_have_rows(tmp_path: Path) -> None:
    assert list(run_shards(Shards(tmp_path, [os.fsdecode(b'bad\xff.jpg')], 1), answer, CLASSES, {})) == [0]
    assert rows_of(tmp_path) == [('bad\\udcff.jpg', 0), ('bad\\udcff.jpg', 1)]


def test_the_command_and_the_mapper_give_the_same_rows(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """An image without a face and a damaged file are rows too."""
    import cv2

    cv2.imwrite(str(tmp_path / 'grey.png'), np.full((40, 40, 3), 127, np.uint8))
    (tmp_path / 'bad.png').write_bytes(b'nothing')
    with pytest.raises(SystemExit, match='3'):
        main(['predict-many', str(tmp_path), '--out', str(out := tmp_path / 'out'), '--per-shard', '1', '--no-landmarks', '--quiet'])
    with pytest.raises(SystemExit, match='3'):  # the second start has nothing to do, and still one input was not read
        main(['predict-many', str(tmp_path), '--out', str(out), '--per-shard', '1', '--no-landmarks'])
    assert '2 inputs done by an earlier run, 1 of them unreadable' in capsys.readouterr().err
    table = pandas.read_parquet(out)
    assert list(table['status']) == ['unreadable', 'no face']
    mapper = FaceMapper(device='cpu', landmarks=None)
    names = [str(tmp_path / name) for name in ('bad.png', 'grey.png')]
    by_name = mapper({'path': np.array(names)})
    assert by_name.schema == parquet.read_table(out / 'shard-000000.parquet').schema
    pandas.testing.assert_frame_equal(by_name.to_pandas(), table)
    by_content = mapper({'path': names, 'bytes': [Path(name).read_bytes() for name in names]})
    assert by_content.column('source').to_pylist() == names
    assert by_content.column('status').to_pylist() == ['unreadable', 'no face']
    with pytest.raises(ValueError, match='a batch with the columns image: expected path, or path and bytes'):
        mapper({'image': names})
