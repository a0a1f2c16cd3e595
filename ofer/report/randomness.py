"""Random numbers of the protocols: a function of the name of an image, the same on every machine and in every language.

SplitMix64 (Steele et al. 2014) counts from a key, so number ``i`` of an image depends neither on the other images of a batch nor on the
order in which images are drawn. The key of an image is the first eight bytes, little-endian, of SHA-256 of ``stream|seed|name``.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def image_keys(names: Sequence[str], stream: str, seed: int = 0) -> np.ndarray:
    """Key of each image, ``(N,)`` uint64.

    Args:
        names: of the images.
        stream: name of the protocol, so that two protocols draw different numbers.
        seed: of the report.

    >>> image_keys(['fer0032226'], 'square-1').tolist()
    [2515857018205248198]
    """
    digests = (hashlib.sha256(f'{stream}|{seed}|{name}'.encode()).digest() for name in names)
    return np.array([int.from_bytes(digest[:8], 'little') for digest in digests], dtype=np.uint64)


def bits(keys: np.ndarray, count: int) -> np.ndarray:
    """The first ``count`` numbers of each key.

    Args:
        keys: ``(N,)`` uint64.
        count: of the numbers.

    Returns:
        ``(N, count)`` uint64.
    """
    value = keys[:, None] + np.arange(1, count + 1, dtype=np.uint64) * _GOLDEN  # wraps around, as it should
    value ^= value >> np.uint64(30)
    value *= _FIRST
    value ^= value >> np.uint64(27)
    value *= _SECOND
    value ^= value >> np.uint64(31)
    return value


def uniform(keys: np.ndarray, count: int) -> np.ndarray:
    """Numbers in [0, 1): the upper 53 bits of :func:`bits`, ``(N, count)`` float64."""
    return (bits(keys, count) >> np.uint64(11)) * 2.0**-53


def noise(keys: np.ndarray, count: int) -> np.ndarray:
    """Bytes: each number of :func:`bits` gives eight, lowest first, ``(N, count)`` uint8."""
    words = bits(keys, -(-count // 8)).astype('<u8', copy=False)
    return words.view(np.uint8).reshape(len(keys), -1)[:, :count]


def normal(keys: np.ndarray, count: int) -> np.ndarray:
    """Numbers of the standard normal distribution by Box and Muller, ``(N, count)`` float32."""
    half = -(-count // 2)
    numbers = uniform(keys, 2 * half)
    radius = np.sqrt(-2 * np.log1p(-numbers[:, :half]))
    angle = 2 * np.pi * numbers[:, half:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], 1)[:, :count].astype(np.float32)
