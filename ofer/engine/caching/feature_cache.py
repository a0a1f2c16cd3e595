"""Outputs of frozen networks for every image of a training set, stored on disk: computed once instead of in every epoch.

A cache is a folder: ``key.json`` holds its key, ``<name>.npy`` hold ``(items, 2, ...)`` float16, the image and its mirror image,
read through a memory map, and ``done`` has a byte for each piece of :data:`PIECE` items that is complete. Any number of processes may fill
one cache together: each locks the piece it works on, and the lock of a killed one is free again.
"""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import torch
from torch import Tensor, nn

from ofer.stored import NO_ARRAYS, read_json

PIECE = 64


def weights_digest(module: nn.Module) -> str:
    """SHA-256 of all parameters and buffers, by name, type, shape and value."""
    digest = hashlib.sha256()
    for name, value in sorted(module.state_dict().items()):
        array = value.detach().cpu().contiguous()
        digest.update(f'{name} {array.dtype} {tuple(array.shape)};'.encode())
        digest.update(array.flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def differences(stored: Mapping[str, Any], wanted: Mapping[str, Any], path: str = '') -> list[str]:
    """Which entries of two nested keys differ, as ``'networks.parsing_prior.weights'``."""
    found = []
    for name in sorted({*stored, *wanted}):
        old, new = stored.get(name), wanted.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += differences(old, new, f'{path}{name}.')
        elif old != new:
            found.append(f'{path}{name}')
    return found


class FeatureCache:
    """A cache in a folder; made by :meth:`create` to be filled, by :meth:`open` to be read.

    Args:
        folder: of the cache.
        header: its ``key.json``: ``key``, ``items`` and ``arrays`` (name to shape of one item).
        mode: ``'r+'`` to fill it.

    Raises:
        ValueError: the arrays are not those of the header.
    """

    def __init__(self, folder: Path, header: Mapping[str, Any], mode: Literal['r', 'r+'] = 'r') -> None:
        self.folder = folder
        self.items: int = header['items']
        shapes = {name: (self.items, 2, *shape) for name, shape in header['arrays'].items()}
        try:
            self.arrays = {name: np.lib.format.open_memmap(folder / f'{name}.npy', mode=mode) for name in shapes}
        except NO_ARRAYS as error:
            raise ValueError(f'{folder}: an array is damaged ({error}). Remove the folder and make the cache again.') from error
        if any(self.arrays[name].shape != shape for name, shape in shapes.items()):
            raise ValueError(f'{folder}: key.json does not match the arrays. Remove the folder and make the cache again.')

    @classmethod
    def create(cls, folder: str | Path, key: Mapping[str, Any], items: int, shapes: Mapping[str, Sequence[int]]) -> 'FeatureCache':
        """A cache to be filled; a cache that an earlier or another process began with the same key is continued.

        Args:
            folder: of the cache; it is made.
            key: see :mod:`ofer.engine.caching.cache_key`; JSON values.
            items: number of images.
            shapes: of one image's arrays, by name.

        Raises:
            ValueError: the folder holds the cache of another key.
            OSError: the disk is too small; nothing of the cache is left, and other files in the folder stay.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        header = json.loads(json.dumps({'key': key, 'items': items, 'arrays': {name: list(shape) for name, shape in shapes.items()}}))
        with open(folder / 'lock', 'wb') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (folder / 'key.json').is_file():
                _check_key(folder, _read_header(folder)['key'], header['key'])
            else:
                _reserve(folder, header)
        return cls(folder, header, 'r+')

    @classmethod
    def open(cls, folder: str | Path, key: Mapping[str, Any]) -> 'FeatureCache':
        """A complete cache to be read.

        Raises:
            FileNotFoundError: there is none.
            ValueError: its key differs (the message names the entries), or it is not complete.
        """
        folder = Path(folder)
        if not (folder / 'key.json').is_file():
            raise FileNotFoundError(f'{folder}: no feature cache there. Make it with ofer prepare cache-features CONFIG.')
        header = _read_header(folder)
        _check_key(folder, header['key'], json.loads(json.dumps(key)))
        cache = cls(folder, header)
        done = cache.done()
        if not done.all():
            raise ValueError(
                f'{folder}: {int(done.sum())} of {len(done)} pieces are done. Run ofer prepare cache-features again to continue.'
            )
        return cache

    def done(self) -> np.ndarray:
        """Which pieces of :data:`PIECE` items are complete, ``(pieces,)`` bool."""
        found = np.fromfile(self.folder / 'done', dtype=np.uint8).astype(bool)
        if len(found) != -(-self.items // PIECE):
            raise ValueError(f'{self.folder / "done"}: damaged, its size is wrong. Remove the folder and make the cache again.')
        return found

    def pieces(self, wait: float = 1.0) -> Iterator[range]:
        """Items of the pieces that no process has done or works on, one piece after another; each is locked during its computation.

        Ends when all pieces are complete, by any process; :meth:`write` has to be called for each.

        Args:
            wait: seconds between two checks of the pieces that other processes work on.
        """
        with open(self.folder / 'lock', 'r+b') as lock:
            while not (done := self.done()).all():
                busy = 0
                for piece in np.flatnonzero(~done).tolist():
                    with _claimed(lock, piece) as free:
                        busy += not free
                        if free and not self.done()[piece]:
                            yield range(piece * PIECE, min((piece + 1) * PIECE, self.items))
                            self._mark(piece)
                if busy:
                    time.sleep(wait)

    def write(self, items: range, arrays: Mapping[str, np.ndarray]) -> None:
        """Store features.

        Args:
            items: from :meth:`pieces`.
            arrays: by name, ``(len(items), 2, ...)``: image, mirror image.

        Raises:
            ValueError: a value is not finite in half precision.
        """
        for name, array in arrays.items():
            with np.errstate(over='ignore'):
                half = array.astype(np.float16)
            if not np.isfinite(half).all():
                raise ValueError(f'{name} has values beyond half precision among the images {items.start} to {items.stop - 1}')
            self.arrays[name][items.start : items.stop] = half

    def read(self, items: Sequence[int], mirrored: Sequence[bool]) -> dict[str, Tensor]:
        """Features of a batch.

        Args:
            items: indices of its ``N`` images in the data set.
            mirrored: which of them are mirrored.

        Returns:
            By name, ``(N, ...)`` float32.
        """
        sides = np.asarray(mirrored, dtype=np.int64)
        return {name: torch.from_numpy(array[np.asarray(items), sides].astype(np.float32)) for name, array in self.arrays.items()}

    def _mark(self, piece: int) -> None:
        for array in self.arrays.values():
            array.flush()
        with open(self.folder / 'done', 'r+b') as file:
            file.seek(piece)
            file.write(b'\x01')


@contextmanager
def _claimed(file: BinaryIO, piece: int) -> Iterator[bool]:
    """Whether a piece's lock was free; held inside, and free again when the process dies.

    The lock file is not to be opened elsewhere in between: closing it would drop all locks of the process.
    """
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, piece)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        yield False
        return
    try:
        yield True
    finally:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, piece)


def _reserve(folder: Path, header: Mapping[str, Any]) -> None:
    """Write all files in full size: a disk that fills up later would end a process that writes through a memory map with a bus error."""
    items = header['items']
    partial = folder / 'key.json.tmp'
    try:
        for name, shape in header['arrays'].items():
            array = np.lib.format.open_memmap(folder / f'{name}.npy', mode='w+', dtype=np.float16, shape=(items, 2, *shape))
            array.flush()
            del array
            with open(folder / f'{name}.npy', 'r+b') as file:
                os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size)
        (folder / 'done').write_bytes(bytes(-(-items // PIECE)))
        partial.write_text(json.dumps(header, indent=1), encoding='utf-8')
        os.replace(partial, folder / 'key.json')
    except OSError as error:
        size = sum(2 * 2 * items * int(np.prod(shape)) for shape in header['arrays'].values())
        free = shutil.disk_usage(folder).free
        for path in (*(folder / f'{name}.npy' for name in header['arrays']), folder / 'done', partial, folder / 'lock'):
            path.unlink(missing_ok=True)
        if not any(folder.iterdir()):  # other files there do not belong to the cache
            folder.rmdir()
        raise OSError(
            error.errno, f'{folder}: the cache needs {size / 1e9:.2f} GB and {free / 1e9:.2f} GB are free ({error.strerror}). '
            'Make room, or put it on another disk with --out.',
        ) from error  # fmt: skip


def _read_header(folder: Path) -> dict[str, Any]:
    return read_json(folder / 'key.json', 'Remove the folder and make the cache again.', ('key', 'items', 'arrays'))


def _check_key(folder: Path, stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    found = differences(stored, wanted)
    if found:
        raise ValueError(
            f'{folder} has features for another key: {", ".join(found)} differ. '
            'Remove it and run ofer prepare cache-features again, or name another folder.'
        )
