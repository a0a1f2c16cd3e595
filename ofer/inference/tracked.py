"""Adds track numbers and smoothed probabilities to the results of videos."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ofer.faces.tracking import Tracker
from ofer.inference.face_result import FaceResult
from ofer.inference.sources import Picture


class TrackedStream:
    """Results in the order of their pictures, with tracks.

    Args:
        answered: pictures with their results, in order.
        state: returns the initial state of the tracking for a video, or None.
    """

    def __init__(
        self,
        answered: Iterable[tuple[Picture, list[FaceResult]]],
        state: Callable[[str], Mapping[str, Any] | None] = lambda source: None,
    ) -> None:
        self.answered, self.given_state = answered, state
        self.source: str | None = None
        self.tracker = Tracker()

    def __iter__(self) -> Iterator[tuple[Picture, list[FaceResult]]]:
        for picture, results in self.answered:
            if picture.time is None:
                self.source = None
                yield picture, results
            else:
                yield picture, self._follow(picture, results)

    def state(self) -> dict[str, Any] | None:
        """Of the tracking after the frame that was given last; None after a still image."""
        return None if self.source is None else self.tracker.state()

    def _follow(self, picture: Picture, results: list[FaceResult]) -> list[FaceResult]:
        if picture.source != self.source:
            self.source, self.tracker = picture.source, Tracker()
            state = self.given_state(picture.source)
            if state:
                self.tracker.restore(state)
        seen = [result for result in results if result.box is not None and result.probabilities]
        assert picture.time is not None
        tracks = self.tracker.update(picture.time, [r.box for r in seen], [r.probabilities for r in seen])  # type: ignore[misc]
        joined = {id(result): track for result, track in zip(seen, tracks, strict=True)}
        return [
            result.but(track=joined[id(result)].number, smoothed=joined[id(result)].smoothed) if id(result) in joined else result
            for result in results
        ]
