"""Broken files that ofer itself has written, and reads back: arrays, records, manifests, cards, answers of a report, caches."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from ofer.datasets.crop_record import read_crop_record, write_crop_record
from ofer.datasets.occluded_copy import read_manifest
from ofer.datasets.transforms import LoadLandmarks, PatchOcclusion
from ofer.engine.caching.feature_cache import FeatureCache
from ofer.engine.packaging import file_facts, read_card, write_card
from ofer.report.storage import Storage
from ofer.weights import write_weights
from tests.fuzz.breaking import broken_bytes
from tests.fuzz.conftest import SEED

Stored = tuple[Path, Callable[[], object]]
"""A file, and what reads it."""
LANDMARKS = np.linspace(0, 1, 3 * 68 * 2, dtype=np.float32).reshape(3, 68, 2)
NAMES = ['a', 'b', 'c']


def landmarks(folder: Path) -> Stored:
    path = folder / 'landmarks.npz'
    np.savez_compressed(path, names=np.array(NAMES), landmarks=LANDMARKS)

    def read() -> None:
        found = LoadLandmarks(str(path)).landmarks
        assert all(np.array_equal(found[name], marks) for name, marks in zip(NAMES, LANDMARKS, strict=True))

    return path, read


def importance(folder: Path) -> Stored:
    path = folder / 'importance.npz'
    maps = np.arange(3 * 4 * 4, dtype=np.float32).reshape(3, 4, 4)
    np.savez(path, names=np.array(NAMES), importance=maps)

    def read() -> None:
        found = PatchOcclusion(3, grid=4, order_file=str(path)).importance
        assert all(np.array_equal(found[name], one) for name, one in zip(NAMES, maps, strict=True))

    return path, read


def crop_record(folder: Path) -> Stored:
    write_crop_record(folder, {'aligner': {'type': 'FivePoints', 'size': 112}, 'margin': 0.2})
    return folder / 'crops.json', lambda: read_crop_record(folder)


def manifest(folder: Path) -> Stored:
    path = folder / 'train.jsonl'
    path.write_text(''.join(json.dumps({'index': i, 'image': f'train/{i}.png', 'covered': 0.25}) + '\n' for i in range(4)))
    return path, lambda: read_manifest(path)


def card(folder: Path) -> Stored:
    weights = folder / 'net.safetensors'
    write_weights(weights, {'conv.weight': torch.arange(8.0)}, {'model': {'type': 'Net'}})
    path = folder / 'net.json'
    write_card(path, {**file_facts(weights), 'config': 'net.py'})
    return path, lambda: read_card(path)


def answers(folder: Path) -> Stored:
    written = Storage(folder, {'mine': {'sha256': 'abc'}})
    scores = np.arange(21, dtype=np.float32).reshape(3, 7)
    written.write('mine', 'clean', 0, probabilities=scores)

    def read() -> None:
        found = Storage(folder, {'mine': {'sha256': 'abc'}}).read('mine', 'clean', 1)
        assert found is None or np.array_equal(found['probabilities'], scores)

    return written.path('mine', 'clean', 0), read


def identity(folder: Path) -> Stored:
    Storage(folder, {'mine': {'sha256': 'abc', 'classes': ['a', 'b']}})
    return next(folder.rglob('identity.json')), lambda: Storage(folder, {'mine': {'sha256': 'abc', 'classes': ['a', 'b']}})


def cache(folder: Path, name: str) -> Stored:
    """Bytes inside of an array have no check sums: of the arrays, only the size and the header count."""
    key = {'files': 'abc', 'size': 224}
    written = FeatureCache.create(folder / 'cache', key, 300, {'prior': (2,)})
    for items in written.pieces():
        written.write(items, {'prior': np.ones((len(items), 2, 2))})
    return folder / 'cache' / name, lambda: FeatureCache.open(folder / 'cache', key).read([0, 299], [False, True])


def cache_key(folder: Path) -> Stored:
    return cache(folder, 'key.json')


def cache_array(folder: Path) -> Stored:
    return cache(folder, 'prior.npy')


def cache_progress(folder: Path) -> Stored:
    return cache(folder, 'done')


FILES = [landmarks, importance, crop_record, manifest, card, answers, identity, cache_key, cache_array, cache_progress]


@pytest.mark.parametrize('make', FILES, ids=lambda make: make.__name__)
def test_broken_stored_files(make: Callable[[Path], Stored], share: float, tried: Callable, folder: Path) -> None:
    path, read = make(folder)
    read()
    content, dice = path.read_bytes(), random.Random(SEED)
    for number in range(int(30 * share)):
        path.write_bytes(broken_bytes(content, dice))
        tried(read, f'{path.name} {number}')
    path.write_bytes(content)
    read()
