"""The result for one face, and the list of results."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ofer.extras import extra
from ofer.faces.detected import POINT_NAMES

if TYPE_CHECKING:
    import pandas

FACE, NO_FACE, UNREADABLE = 'face', 'no face', 'unreadable'
"""Values of :attr:`FaceResult.status`."""

BOX_NAMES = ('left', 'top', 'right', 'bottom')


@dataclass(frozen=True, eq=False)
class FaceResult:
    """One face in one image, or the reason why an input has none.

    Coordinates are pixels of the image, (0, 0) is the centre of the upper left pixel. Left and right are the person's.

    Args:
        source: path, URL or name of the input.
        status: ``'face'``, ``'no face'`` or ``'unreadable'``.
        frame: index of the frame in its video, from 0; 0 for still images.
        time: of the frame, seconds from the video's start; None for still images.
        face: index of the face in its image, from 0; None without a face.
        faces: number of faces in the image.
        track: number of the person's track in the video; None for still images.
        box: ``(4,)`` float32: left, top, right, bottom.
        score: the detector's confidence in [0, 1].
        points: ``(5, 2)`` float32, in the order of :data:`ofer.faces.POINT_NAMES`.
        landmarks: ``(68, 2)`` float32, 300-W order.
        label: the most probable expression.
        probabilities: calibrated probability of each expression; they sum to 1.
        entropy: of the probabilities, nats: 0 = certain.
        occluded_fraction: share of the face's area that is occluded, in [0, 1].
        occlusion: occluded share of each region, in [0, 1], see :data:`ofer.inference.regions.REGIONS`.
        occluded_regions: names of the regions that are called occluded, most occluded first: those whose share reaches the threshold that
            is stored with the weights.
        corners: ``(4, 2)`` float32: of the aligned crop in the image, clockwise from the upper left.
        patch_map: ``(grid, grid)`` float32 in [0, 1] on the aligned crop: 1 = occluded.
        abstain: whether the label should not be relied on.
        reason: why the model abstains, no face was found, or the input could not be read.
        note: remark on a readable input, e.g. that only the first frame of an animation was read.
        smoothed: the probabilities, smoothed over the track.
        crop: ``(S, S, 3)`` uint8, the aligned face as the network gets it; on request.
        restored: ``(S, S, 3)`` uint8, the aligned face with the occluded places repainted; on request.
        parsing: ``(h, w)`` uint8, class of :data:`ofer.categories.PARSING_CLASSES` on the aligned face; on request.
        attention: ``(h, w)`` float32 in [0, 1] on the aligned face: Grad-CAM of the label, 1 = adds most to it; on request.
    """

    source: str
    status: str = FACE
    frame: int = 0
    time: float | None = None
    face: int | None = None
    faces: int = 0
    track: int | None = None
    box: np.ndarray | None = None
    score: float | None = None
    points: np.ndarray | None = None
    landmarks: np.ndarray | None = None
    label: str | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    entropy: float | None = None
    occluded_fraction: float | None = None
    occlusion: Mapping[str, float] = field(default_factory=dict)
    occluded_regions: tuple[str, ...] = ()
    corners: np.ndarray | None = None
    patch_map: np.ndarray | None = None
    abstain: bool = False
    reason: str | None = None
    note: str | None = None
    smoothed: Mapping[str, float] = field(default_factory=dict)
    crop: np.ndarray | None = None
    restored: np.ndarray | None = None
    parsing: np.ndarray | None = None
    attention: np.ndarray | None = None

    @property
    def probability(self) -> float | None:
        """Of the label."""
        return None if self.label is None else self.probabilities[self.label]

    @property
    def smoothed_label(self) -> str | None:
        """The most probable expression by the smoothed probabilities."""
        return max(self.smoothed, key=self.smoothed.__getitem__) if self.smoothed else None

    def but(self, **changes: Any) -> 'FaceResult':
        """A copy with changed values."""
        return replace(self, **changes)

    def to_row(self) -> dict[str, Any]:
        """Flat columns of numbers and text: one row of a table. Landmarks, patch map and pictures are not included.

        >>> FaceResult('a.jpg', status='no face', reason='no face found').to_row()['reason']
        'no face found'
        """
        box = dict.fromkeys(BOX_NAMES) if self.box is None else dict(zip(BOX_NAMES, _rounded(self.box, 2), strict=True))
        row: dict[str, Any] = dict(source=self.source, frame=self.frame, time=_round(self.time), face=self.face, faces=self.faces)
        row |= dict(status=self.status, track=self.track, **box, score=_round(self.score), label=self.label)
        row |= dict(probability=_round(self.probability), entropy=_round(self.entropy), abstain=self.abstain, reason=self.reason)
        row |= dict(note=self.note, occluded_fraction=_round(self.occluded_fraction))
        row |= dict(occluded_regions=None if self.occluded_fraction is None else ';'.join(self.occluded_regions))
        row |= {f'occluded_{name}': _round(share) for name, share in self.occlusion.items()}
        row |= {f'p_{name}': _round(share) for name, share in self.probabilities.items()}
        row |= dict(smoothed_label=self.smoothed_label)
        row |= {f'smoothed_{name}': _round(share) for name, share in self.smoothed.items()}
        if self.points is not None:
            names = [f'{name.replace(" ", "_")}_{axis}' for name in POINT_NAMES for axis in 'xy']
            row |= dict(zip(names, _rounded(self.points.ravel(), 2), strict=True))
        return row

    def to_dict(self, schema: str | None = None) -> dict[str, Any]:
        """All values except the pictures, as numbers, text, lists and dicts for JSON.

        Args:
            schema: None for our own names; ``'pyfeat'`` or ``'deepface'`` for those of that tool.

        Raises:
            ValueError: an unknown schema.
        """
        if schema is not None:
            from ofer.inference.schemas import find_schema

            return find_schema(schema)(self)
        arrays = {name: getattr(self, name) for name in ('box', 'points', 'landmarks', 'corners', 'patch_map')}
        shares = dict(probabilities=self.probabilities, occlusion=self.occlusion, smoothed=self.smoothed)
        row = dict(source=self.source, status=self.status, frame=self.frame, time=_round(self.time), face=self.face, faces=self.faces)
        row |= dict(track=self.track, score=_round(self.score), label=self.label, probability=_round(self.probability))
        row |= {name: {key: _round(value) for key, value in given.items()} for name, given in shares.items()}
        row |= dict(smoothed_label=self.smoothed_label, entropy=_round(self.entropy), occluded_fraction=_round(self.occluded_fraction))
        row |= dict(occluded_regions=list(self.occluded_regions))
        row |= dict(abstain=self.abstain, reason=self.reason, note=self.note)
        row |= {name: None if array is None else np.round(array.astype(float), 4).tolist() for name, array in arrays.items()}
        return row


class FaceResults(list[FaceResult]):
    """Results in the order of the inputs: a list that can be written as a table.

    >>> results = FaceResults([FaceResult('a.jpg', status='no face', reason='no face found')])
    >>> results[0].status
    'no face'
    """

    def to_dict(self, schema: str | None = None) -> list[dict[str, Any]]:
        """:meth:`FaceResult.to_dict` of each."""
        return [result.to_dict(schema) for result in self]

    def to_dataframe(self, schema: str | None = None) -> 'pandas.DataFrame':
        """A table with a row for each face, and for each input without one.

        Args:
            schema: None for our own columns (:meth:`FaceResult.to_row`); ``'pyfeat'`` or ``'deepface'`` for those of that tool.

        Raises:
            ImportError: pandas is not installed.
            ValueError: an unknown schema.
        """
        pandas = extra('pandas', 'table', 'a data frame needs pandas')
        rows = self.to_rows(schema)
        return pandas.DataFrame(rows, columns=list(dict.fromkeys(key for row in rows for key in row)))

    def to_rows(self, schema: str | None = None) -> list[dict[str, Any]]:
        """Flat rows, as in a csv file."""
        from ofer.inference.schemas import flat_row

        return [flat_row(result, schema) for result in self]

    def to_csv(self, path: str | Path, schema: str | None = None) -> None:
        """Write a csv file with a row for each face, and for each input without one."""
        self._write(path, 'csv', schema)

    def to_jsonl(self, path: str | Path, schema: str | None = None) -> None:
        """Write :meth:`FaceResult.to_dict` of each as a line of JSON."""
        self._write(path, 'jsonl', schema)

    def _write(self, path: str | Path, kind: str, schema: str | None) -> None:
        from ofer.inference.tables import Table

        columns = dict.fromkeys(key for row in self.to_rows(schema) for key in row)
        table = Table(kind, columns, schema)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with Path(path).open('wb') as file:
            file.write(table.header() + table.lines(self))

    def __repr__(self) -> str:
        found = sum(result.status == FACE for result in self)
        return f'FaceResults: {found} faces in {len({(r.source, r.frame) for r in self})} images'


def by_image(results: Iterable[FaceResult]) -> Iterator[Sequence[FaceResult]]:
    """Groups of the results of one image each, in order."""
    group: list[FaceResult] = []
    for result in results:
        if group and (result.source, result.frame) != (group[0].source, group[0].frame):
            yield group
            group = []
        group.append(result)
    if group:
        yield group


def _round(value: float | None, digits: int = 6) -> float | None:
    return None if value is None else round(float(value), digits)


def _rounded(values: np.ndarray, digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]
