"""Tracking of persons in videos: boxes of successive frames are joined to tracks, and predictions are smoothed over each track."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Any

import numpy as np


@dataclass
class Track:
    """A person, as last seen.

    Args:
        number: of the track, from 0 in each video.
        box: ``(4,)``: left, top, right, bottom, pixels.
        time: when it was last seen, seconds.
        smoothed: smoothed probability of each expression; empty before the first.
    """

    number: int
    box: np.ndarray
    time: float
    smoothed: dict[str, float] = field(default_factory=dict)


def overlaps(first: np.ndarray, second: np.ndarray, margin: float = 0.0) -> np.ndarray:
    """Intersection over union of boxes.

    Args:
        first: ``(M, 4)``: left, top, right, bottom.
        second: ``(N, 4)``.
        margin: share of its size by which every box is enlarged on each side before.

    Returns:
        ``(M, N)`` in [0, 1].

    >>> import numpy as np
    >>> float(overlaps(np.array([[0, 0, 2, 2]]), np.array([[1, 0, 3, 2]]))[0, 0].round(3))
    0.333
    """
    (a, b) = (_enlarged(np.asarray(boxes, np.float64).reshape(-1, 4), margin) for boxes in (first, second))
    lower = np.maximum(a[:, None, :2], b[None, :, :2])
    upper = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(upper - lower, 0, None).prod(-1)
    area_a, area_b = ((boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (a, b))
    union = area_a[:, None] + area_b[None] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


class Tracker:
    """Joins the faces of successive frames of one video.

    Faces go to the tracks whose last box they overlap most, all at once (Hungarian method). A face that overlaps none starts a new track.

    Args:
        patience: a track without a face for longer ends, seconds.
        overlap: minimum intersection over union of the enlarged boxes of a track and its next face.
        margin: share of its size by which a box is enlarged on each side, so that quick faces are followed.
        time_constant: of the smoothing, seconds; 0 does not smooth.

    Raises:
        ValueError: a negative patience, overlap, margin or time constant.
    """

    def __init__(self, patience: float = 1.0, overlap: float = 0.2, margin: float = 0.25, time_constant: float = 0.4) -> None:
        if min(patience, overlap, margin, time_constant) < 0:
            raise ValueError(
                f'patience={patience}, overlap={overlap}, margin={margin}, time_constant={time_constant}: none may be negative'
            )
        self.patience, self.overlap, self.margin, self.time_constant = patience, overlap, margin, time_constant
        self.tracks: list[Track] = []
        self.started = 0

    def update(self, time: float, boxes: Sequence[np.ndarray], probabilities: Sequence[Mapping[str, float]]) -> list[Track]:
        """Take the faces of the next frame.

        Args:
            time: of the frame, seconds, not before the last one's.
            boxes: ``(4,)`` each, pixels.
            probabilities: of the expressions of each face.

        Returns:
            The track of each face, with the probabilities smoothed up to this frame.
        """
        self.tracks = [track for track in self.tracks if time - track.time <= self.patience]
        found: list[Track | None] = [None] * len(boxes)
        if self.tracks and len(boxes):
            from scipy.optimize import linear_sum_assignment  # half a second, which still images need not wait for

            shared = overlaps(np.stack([track.box for track in self.tracks]), np.stack(list(boxes)), self.margin)
            for i, j in zip(*linear_sum_assignment(-shared), strict=True):
                if shared[i, j] > self.overlap:
                    found[j] = self.tracks[i]
        return [self._seen(track, time, box, shares) for track, box, shares in zip(found, boxes, probabilities, strict=True)]

    def _seen(self, track: Track | None, time: float, box: np.ndarray, shares: Mapping[str, float]) -> Track:
        if track is None:
            track = Track(self.started, box, time)
            self.started += 1
            self.tracks.append(track)
        elapsed = max(time - track.time, 0.0)
        track.smoothed = smooth(track.smoothed, shares, elapsed, self.time_constant)
        track.box, track.time = np.asarray(box, np.float64), time
        return track

    def state(self) -> dict[str, Any]:
        """State for :meth:`restore`, as JSON values."""
        tracks = [dict(number=t.number, box=[float(v) for v in t.box], time=t.time, smoothed=t.smoothed) for t in self.tracks]
        return dict(started=self.started, tracks=tracks)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue from a state of :meth:`state`."""
        self.started = int(state['started'])
        self.tracks = [Track(t['number'], np.array(t['box']), t['time'], dict(t['smoothed'])) for t in state['tracks']]


def smooth(before: Mapping[str, float], now: Mapping[str, float], elapsed: float, time_constant: float) -> dict[str, float]:
    """Exponential smoothing that does not depend on the frame rate.

    Args:
        before: smoothed shares up to the last frame; empty at the first.
        now: shares of this frame.
        elapsed: seconds between the two.
        time_constant: after which a change has come through to 63 %, seconds.

    >>> smooth({'a': 1.0}, {'a': 0.0}, elapsed=1.0, time_constant=0.0)
    {'a': 0.0}
    """
    if not before or time_constant == 0:
        return dict(now)
    kept = exp(-elapsed / time_constant)
    return {name: kept * before[name] + (1 - kept) * share for name, share in now.items()}


def _enlarged(boxes: np.ndarray, margin: float) -> np.ndarray:
    size = boxes[:, 2:] - boxes[:, :2]
    return np.concatenate([boxes[:, :2] - margin * size, boxes[:, 2:] + margin * size], axis=1)
