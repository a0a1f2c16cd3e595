"""One of several processes that fill a cache together."""

import os
import sys
import time
from pathlib import Path

import numpy as np

from ofer.engine.caching.feature_cache import PIECE, FeatureCache

PROCESSES = 3


def main(folder: Path, ready: Path, dies: int) -> None:
    """Fill pieces of a cache of eight, and print how many.

    Args:
        folder: of the cache.
        ready: folder with a file of each process that is ready.
        dies: the piece amid which it ends as if killed, counted from 1; 0: none.
    """
    cache = FeatureCache.create(folder, {}, 8 * PIECE, {'a': (1,)})
    mine = 0
    (ready / str(os.getpid())).touch()
    while len(list(ready.iterdir())) < PROCESSES:
        time.sleep(0.01)
    for piece in cache.pieces(wait=0.02):
        cache.write(piece, {'a': np.arange(piece.start, piece.stop)[:, None, None] * np.ones((1, 2, 1))})
        mine += 1
        time.sleep(0.05)
        if mine == dies:
            os._exit(9)  # with a piece locked and not marked
    sys.stdout.write(f'{mine}\n')
