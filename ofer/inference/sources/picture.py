"""What every kind of input becomes: a picture, or the reason why there is none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ofer.inference.web import WebLimits


@dataclass(frozen=True, eq=False)
class Picture:
    """One image to process, or the reason why it is missing.

    Args:
        source: path, URL or name of the input.
        image: ``(H, W, 3)`` uint8 RGB; None where it could not be read.
        frame: index in its video, from 0; 0 for still images.
        time: of the frame, seconds; None for still images.
        reason: why there is no image.
        note: remark on the image.
        live: from a camera, so the result is needed at once.
    """

    source: str
    image: np.ndarray | None = None
    frame: int = 0
    time: float | None = None
    reason: str | None = None
    note: str | None = None
    live: bool = False


def from_start(source: str) -> int | None:
    """For :attr:`Reading.start`: no result exists yet for any source."""
    del source
    return 0


@dataclass
class Reading:
    """How inputs are read.

    Args:
        color: order of the channels of arrays with three or four; None where there are no such arrays.
        web: limits within which URLs are fetched; None: they are not.
        every: of videos and cameras, every ``every``-th frame is given.
        start: gives for a source the frame to begin with, or None if all of it has been processed before.
        left_out: counts the files of folders that are neither image nor video, by suffix.
        outputs: resolved paths of files and folders that the job writes: they are left out of folders and globs.

    Raises:
        ValueError: an unknown ``color``, or ``every`` below 1.
    """

    color: Literal['rgb', 'bgr'] | None = None
    web: WebLimits | None = None
    every: int = 1
    start: Callable[[str], int | None] = from_start
    left_out: dict[str, int] = field(default_factory=dict)
    outputs: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.color not in (None, 'rgb', 'bgr'):
            raise ValueError(f"color={self.color!r}: choose 'rgb' or 'bgr' (arrays that OpenCV read are 'bgr')")
        if self.every < 1:
            raise ValueError(f'every={self.every}: expected 1 or more')


def still(source: str, reading: Reading, read: Callable[[], tuple[np.ndarray, str | None]]) -> Iterator[Picture]:
    """A still image, or the reason why it cannot be read; nothing if ``reading.start`` skips it.

    Args:
        source: path, URL or name of the input.
        reading: how inputs are read.
        read: returns the image, ``(H, W, 3)`` uint8 RGB, and a note on it or None.
    """
    if reading.start(source) is None:
        return
    try:
        image, note = read()
    except (OSError, ValueError, MemoryError) as error:
        yield Picture(source, reason=reason_of(error, source))
    else:
        yield Picture(source, image, note=note)


def reason_of(error: BaseException, source: str) -> str:
    """The message of an error on one line, without the name of the source, which the result states anyway."""
    text = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
    advice = ' Copy the file again, or take it out of the data set.'  # of those who read data sets
    return ' '.join(text.removeprefix(f'{source}: ').removesuffix(advice).split())
