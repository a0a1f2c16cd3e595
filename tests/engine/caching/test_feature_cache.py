import errno
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from ofer.engine.caching.feature_cache import PIECE, FeatureCache, differences, weights_digest
from tests.forked import Call, statuses

WORKER = Path(__file__).with_name('feature_cache_worker.py')

KEY = {'networks': {'prior': {'weights': 'abc', 'config': {'size': 112}}}, 'data': {'items': 3}}


def filled(folder: Path, items: int = 3) -> np.ndarray:
    features = np.random.default_rng(0).normal(size=(items, 2, 4, 2, 2)).astype(np.float16)
    cache = FeatureCache.create(folder, KEY, items, {'priors.semantics': (4, 2, 2)})
    for piece in cache.pieces():
        cache.write(piece, {'priors.semantics': features[piece.start : piece.stop].astype(np.float32)})
    return features


def test_image_and_mirror_image_come_back(tmp_path: Path) -> None:
    features = filled(tmp_path / 'cache')
    read = FeatureCache.open(tmp_path / 'cache', KEY).read([2, 0, 2], [False, True, True])['priors.semantics']
    expected = torch.from_numpy(features[[2, 0, 2], [0, 1, 1]].astype(np.float32))
    torch.testing.assert_close(read, expected, rtol=0, atol=0)


def test_another_key_is_refused_by_name(tmp_path: Path) -> None:
    filled(tmp_path / 'cache')
    other = {'networks': {'prior': {'weights': 'xyz', 'config': {'size': 112}}}, 'data': {'items': 3}}
    for use in (lambda: FeatureCache.open(tmp_path / 'cache', other), lambda: FeatureCache.create(tmp_path / 'cache', other, 3, {})):
        with pytest.raises(ValueError, match=r'networks\.prior\.weights differ') as error:
            use()
        assert 'ofer prepare cache-features' in str(error.value)


def test_missing_and_unfinished_and_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match='cache-features'):
        FeatureCache.open(tmp_path / 'none', KEY)
    cache = FeatureCache.create(tmp_path / 'half', KEY, PIECE + 1, {'a': (1,)})
    for piece in cache.pieces():
        if piece.start:
            break  # killed in the second piece
        cache.write(piece, {'a': np.ones((len(piece), 2, 1))})
    with pytest.raises(ValueError, match='1 of 2 pieces'):
        FeatureCache.open(tmp_path / 'half', KEY)
    again = FeatureCache.create(tmp_path / 'half', KEY, PIECE + 1, {'a': (1,)})
    assert [piece.start for piece in again.pieces()] == [PIECE]  # goes on, and does not do the first again
    (tmp_path / 'half' / 'key.json').write_text('{"key"')
    with pytest.raises(ValueError, match=r'key\.json: damaged'):
        FeatureCache.open(tmp_path / 'half', KEY)


def test_what_half_precision_cannot_hold_is_an_error(tmp_path: Path) -> None:
    cache = FeatureCache.create(tmp_path / 'cache', KEY, 1, {'a': (1,)})
    with pytest.raises(ValueError, match='half precision'):
        cache.write(range(1), {'a': np.full((1, 2, 1), 1e6)})


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, 'No space left on device')

    monkeypatch.setattr(os, 'posix_fallocate', full)
    with pytest.raises(OSError, match=r'cache needs 0\.00 GB and .*No space left') as error:
        FeatureCache.create(tmp_path / 'cache', KEY, 3, {'a': (4,)})
    assert error.value.errno == errno.ENOSPC
    assert not (tmp_path / 'cache').exists()

    (tmp_path / 'runs').mkdir()
    (tmp_path / 'runs' / 'epoch_1.pth').write_bytes(b'weights')
    with pytest.raises(OSError, match='No space left'):
        FeatureCache.create(tmp_path / 'runs', KEY, 3, {'a': (4,)})
    assert [path.name for path in (tmp_path / 'runs').iterdir()] == ['epoch_1.pth']


def test_processes_share_the_work_and_one_may_die(tmp_path: Path) -> None:
    folder, ready = tmp_path / 'cache', tmp_path / 'ready'
    ready.mkdir()
    logs = [tmp_path / f'{number}.log' for number in range(3)]
    calls = [Call(WORKER, (folder, ready, dies), log) for log, dies in zip(logs, (2, 0, 0), strict=True)]
    assert statuses(*calls, seconds=60) == [9, 0, 0]
    done = [int(log.read_text().splitlines()[-1]) for log in logs[1:]]
    assert sum(done) == 7  # the killed one finished a piece, and its second was done again
    values = FeatureCache.open(folder, {}).read(range(8 * PIECE), [True] * 8 * PIECE)['a']
    assert values.flatten().tolist() == list(range(8 * PIECE))


def test_digest_sees_weights_and_statistics() -> None:
    first, second = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    assert weights_digest(first) == weights_digest(second)
    second.running_mean += 1e-6
    assert weights_digest(first) != weights_digest(second)


def test_differences_are_named_by_path() -> None:
    assert differences({'a': {'b': 1, 'c': 2}, 'd': 3}, {'a': {'b': 1, 'c': 5}, 'e': 3}) == ['a.c', 'd', 'e']


def test_a_damaged_cache_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / 'cache')
    cache = FeatureCache.open(tmp_path / 'cache', KEY)
    (tmp_path / 'cache/done').write_bytes(b'')
    with pytest.raises(ValueError, match=r'done: damaged, its size is wrong. Remove the folder and make the cache again'):
        cache.done()
    array = tmp_path / 'cache/priors.semantics.npy'
    array.write_bytes(array.read_bytes()[:50])
    with pytest.raises(ValueError, match=r'an array is damaged \(.*\). Remove the folder and make the cache again'):
        FeatureCache.open(tmp_path / 'cache', KEY)
