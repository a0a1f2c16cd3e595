"""Images that occur in several splits of a data set."""

import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ofer.files.archive import read_bytes
from ofer.files.image_file import decode_rgb


def content_hash(img: np.ndarray) -> str:
    """Hash of the pixels: equal for equal images in different files.

    Args:
        img: ``(H, W)`` or ``(H, W, 3)`` uint8; a grey image equals one with three equal channels.
    """
    if img.ndim == 2:
        img = np.repeat(img[..., None], 3, axis=2)
    return hashlib.sha1(repr(img.shape).encode() + np.ascontiguousarray(img).tobytes(), usedforsecurity=False).hexdigest()


def content_hashes(items: Iterable[Mapping[str, Any]]) -> list[str | None]:
    """A hash for each item, of ``img`` if it exists, else of the file; None if the item has no image.

    Raises:
        DamagedImageError: an image cannot be decoded; the message names it.
        FileNotFoundError: it is missing.
    """

    def of(item: Mapping[str, Any]) -> str | None:
        if 'img_path' not in item:
            return None
        img = item['img'] if 'img' in item else decode_rgb(read_bytes(item['img_path']), item['img_path'])
        return content_hash(img)

    with ThreadPoolExecutor() as pool:
        return list(pool.map(of, items))
