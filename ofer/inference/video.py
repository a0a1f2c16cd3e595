"""Videos, read and written frame by frame in constant memory (PyAV, extra ``video``)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

VIDEO_SUFFIXES = frozenset(
    ('.3gp', '.avi', '.flv', '.m2ts', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.mts', '.ogv', '.ts', '.webm', '.wmv')
)
_TICKS = 90_000  # a second in the time base of what is written


class VideoError(ValueError):
    """A video cannot be read; the message has the reason."""


@dataclass(frozen=True, eq=False)
class VideoFrame:
    """A frame with its index and time.

    Args:
        index: in the order of presentation, from 0; skipped frames are counted.
        time: seconds from the first frame, from the file; not index / rate, which is wrong for phones and screen recordings.
        image: ``(H, W, 3)`` uint8 RGB, upright.
    """

    index: int
    time: float
    image: np.ndarray


def pyav() -> ModuleType:
    """PyAV, without a log in Python: FFmpeg's threads would wait for the interpreter's lock, which whoever closes a video holds.

    Raises:
        VideoError: it is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise VideoError("videos need PyAV. Run: pip install 'ofer[video]'") from error
    return av


def read_video(path: str | Path, every: int = 1, start: int = 0) -> Iterator[VideoFrame]:
    """Frames of a video file, one in memory at a time.

    Args:
        path: of the file.
        every: gives every ``every``-th frame, the first one included; all are decoded.
        start: index of the first frame that may be given.

    Raises:
        VideoError: PyAV is missing, the file is damaged, or it has no picture. The frames before the damage are yielded first.
    """
    av = pyav()
    try:
        with av.open(str(path), metadata_errors='replace') as container:
            if not container.streams.video:
                raise VideoError('no video stream in the file')
            stream = container.streams.video[0]
            stream.thread_type = 'AUTO'
            first: float | None = None
            index = -1
            for index, frame in enumerate(container.decode(stream)):
                if first is None:
                    first = frame.time or 0.0
                if index >= start and index % every == 0:
                    seconds = index / float(stream.average_rate or 25) if frame.time is None else frame.time - first
                    yield VideoFrame(index, seconds, _upright(frame))
            if index < 0:
                raise VideoError('no frame in the video stream')
    except VideoError:
        raise
    except (av.FFmpegError, OSError, MemoryError, ValueError) as error:
        raise VideoError(f'damaged or no video ({getattr(error, "strerror", None) or type(error).__name__})') from error


def count_frames(path: str | Path) -> int | None:
    """Number of frames, from the header of the file or estimated from its duration; None if the header has neither."""
    try:
        av = pyav()
        with av.open(str(path), metadata_errors='replace') as container:
            stream = container.streams.video[0]
            if stream.frames:
                return int(stream.frames)
            if container.duration and stream.average_rate:
                return max(1, round(container.duration / 1e6 * float(stream.average_rate)))
    except (VideoError, OSError, IndexError, ValueError):
        pass
    return None


def _upright(frame: Any) -> np.ndarray:
    """The picture, rotated by the orientation of the camera."""
    image = frame.to_ndarray(format='rgb24')
    quarters = round(getattr(frame, 'rotation', 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(image, quarters)) if quarters else image


class VideoWriter:
    """Writes an H.264 video with the time of every frame.

    It is written under a temporary name and renamed when it is complete.

    Args:
        path: of the file; the suffix chooses the container, e.g. ``.mp4``.
        rate: frames a second that the header states.

    Raises:
        VideoError: PyAV is missing.
        OSError: the file cannot be written, or the suffix names no container.
    """

    def __init__(self, path: str | Path, rate: float = 25.0) -> None:
        self.path, self.rate = Path(path), rate
        self._av = pyav()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._partial = self.path.with_name(f'.{self.path.stem}.part{self.path.suffix}')
        try:
            self._container: Any = self._av.open(str(self._partial), 'w')
        except (self._av.FFmpegError, ValueError) as error:
            raise OSError(f'{path}: cannot be written as video ({error}). Give a writable place and a suffix such as .mp4.') from error
        self._stream: Any = None
        self._last = -1

    def write(self, image: np.ndarray, time: float) -> None:
        """Append a frame.

        Args:
            image: ``(H, W, 3)`` uint8 RGB; the first one's size holds for all, others are scaled to it.
            time: seconds from the start, later than the last one's.
        """
        if self._stream is None:
            self._stream = self._start(image)
        frame = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format='rgb24')
        frame = frame.reformat(self._stream.width, self._stream.height, format='yuv420p')
        self._last = max(round(time * _TICKS), self._last + 1)
        frame.pts, frame.time_base = self._last, Fraction(1, _TICKS)
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def _start(self, image: np.ndarray) -> Any:
        stream = self._container.add_stream('libx264', rate=Fraction(self.rate).limit_denominator(1001))
        height, width = image.shape[:2]
        stream.width, stream.height = width - width % 2 or 2, height - height % 2 or 2
        stream.pix_fmt = 'yuv420p'
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS)
        stream.options = {'crf': '20', 'preset': 'veryfast'}
        return stream

    def close(self) -> None:
        """Finish the file. Without any frame, none is left."""
        if self._stream is not None:
            for packet in self._stream.encode():
                self._container.mux(packet)
        self._container.close()
        if self._stream is None:
            self._partial.unlink(missing_ok=True)
        else:
            self._partial.replace(self.path)

    def __enter__(self) -> 'VideoWriter':
        return self

    def __exit__(self, kind: type | None, *rest: object) -> None:
        if kind is None:
            self.close()
        else:
            self._container.close()
            self._partial.unlink(missing_ok=True)
