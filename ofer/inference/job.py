"""A job: inputs are processed one after another, rows are written at once, and a stopped job can be resumed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ofer.inference.answering import Answering
from ofer.inference.face_result import NO_FACE, UNREADABLE, FaceResult
from ofer.inference.sources import Picture, Reading, from_start, pictures
from ofer.inference.tracked import TrackedStream
from ofer.inference.writing import ResultsFile

if TYPE_CHECKING:
    from ofer.inference.outputs import Output


@dataclass
class Summary:
    """Summary of the inputs of a job.

    Args:
        images: number of processed images, including frames of videos.
        faces: found in them.
        without: images without a face.
        unreadable: inputs that could not be read.
        reasons: of the first unreadable inputs.
        left_out: files of folders that are neither image nor video, by suffix.
        earlier: inputs that an earlier run processed.
        earlier_unreadable: those of them that could not be read.
    """

    images: int = 0
    faces: int = 0
    without: int = 0
    unreadable: int = 0
    reasons: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    earlier: int = 0
    earlier_unreadable: int = 0

    @property
    def all_read(self) -> bool:
        """Whether every input could be read, in this run or in an earlier one."""
        return not self.unreadable and not self.earlier_unreadable

    def add(self, results: Sequence[FaceResult]) -> None:
        """Count the results of one image."""
        first = results[0]
        if first.status == UNREADABLE:
            self.unreadable += 1
            if len(self.reasons) < 5:
                self.reasons.append(f'{first.source}: {first.reason}')
            return
        self.images += 1
        self.without += first.status == NO_FACE
        self.faces += first.faces

    def __str__(self) -> str:
        text = f'{self.images} images, {self.faces} faces, {self.without} images without a face, {self.unreadable} inputs unreadable'
        if self.earlier:
            text += f'; {self.earlier} inputs done by an earlier run, {self.earlier_unreadable} of them unreadable'
        if self.left_out:
            kinds = ', '.join(f'{suffix} ({count})' for suffix, count in sorted(self.left_out.items()))
            text += f'; {sum(self.left_out.values())} files of other kinds left out: {kinds}'
        return text


class Job:
    """Processes inputs and passes every result to the outputs.

    Args:
        answering: from pictures to results.
        reading: how inputs are read; its ``start`` is set here.
        table: rows on disk; None: there are none.
        outputs: take every picture with its results.
        whole_videos: whether an output needs all frames of a video: a video that was processed in part is processed again from its start,
            and only the missing rows are written.
    """

    def __init__(
        self,
        answering: Answering,
        reading: Reading,
        table: ResultsFile | None = None,
        outputs: 'Sequence[Output]' = (),
        whole_videos: bool = False,
    ) -> None:
        self.answering, self.reading, self.table, self.outputs, self.whole_videos = answering, reading, table, outputs, whole_videos
        self.summary = Summary(left_out=reading.left_out)
        self._missing_from: dict[str, int] = {}
        reading.start = self._start if table is not None else from_start

    def run(self, inputs: Any) -> Iterator[tuple[Picture, list[FaceResult]]]:
        """Process inputs; yields every picture with its results after they are written.

        However the iteration ends, all yielded results are on disk. A keyboard interrupt is the usual end of a camera stream.
        """
        finished = live = False
        answered = self.answering(pictures(inputs, self.reading), keep_images=bool(self.outputs))
        stream = TrackedStream(answered, self._state)
        try:
            for picture, results in stream:
                live = picture.live
                for output in self.outputs:
                    output.take(picture, results)
                if self.table is not None and picture.frame >= self._missing_from.get(picture.source, 0):
                    self.table.write(results, stream.state())
                self.summary.add(results)
                yield picture, results
            finished = True
        except KeyboardInterrupt:
            if not live:
                raise
            finished = True
        finally:
            for output in self.outputs:
                output.close(finished)
            if self.table is not None:
                self.table.close(finished)

    def _start(self, source: str) -> int | None:
        assert self.table is not None
        earlier = self.table.earlier(source)
        self.summary.earlier += earlier is not None
        self.summary.earlier_unreadable += earlier == UNREADABLE
        start = self.table.start(source)
        if self.whole_videos and start:
            self._missing_from[source] = start
            return 0
        return start

    def _state(self, source: str) -> Any:
        return None if self.table is None or source in self._missing_from else self.table.state(source)
