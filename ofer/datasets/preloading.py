"""Decodes all images of a data set once, so that they stay in memory that the workers of a ``DataLoader`` share."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ofer.files.archive import DamagedImageError, read_bytes
from ofer.files.image_file import decode_rgb


def preload_images(items: list[dict[str, Any]], skip_damaged: bool) -> str:
    """Add ``img`` ``(H, W, 3)`` uint8 RGB to the items that lack it.

    Args:
        items: of a data set, with ``img_path``.
        skip_damaged: leave damaged images without ``img``, instead of an error.

    Returns:
        A text about the used memory.

    Raises:
        DamagedImageError: an image is damaged.
    """

    def decode(item: dict[str, Any]) -> None:
        try:
            item['img'] = decode_rgb(read_bytes(item['img_path']), item['img_path'])
        except DamagedImageError:
            if not skip_damaged:
                raise

    with ThreadPoolExecutor() as pool:  # decoding lets other threads run
        list(pool.map(decode, [item for item in items if 'img' not in item]))
    return f'{sum(item["img"].nbytes for item in items if "img" in item) / 2**20:.0f} MiB decoded in memory'
