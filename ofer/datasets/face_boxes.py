"""Boxes and five points of faces in a csv file, in the format of ``ofer crop``: one row for each face."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ofer.datasets.csv_rows import read_rows

BOX_COLUMNS = ('left', 'top', 'right', 'bottom')
POINT_COLUMNS = tuple(f'{point}_{axis}' for point in ('right_eye', 'left_eye', 'nose', 'right_mouth', 'left_mouth') for axis in ('x', 'y'))
COLUMNS = ('file', *BOX_COLUMNS, 'score', *POINT_COLUMNS)


_FIVE_OF_68 = (slice(36, 42), slice(42, 48), slice(30, 31), slice(48, 49), slice(54, 55))


def five_of_68(landmarks: np.ndarray) -> np.ndarray:
    """Centres of the eyes, tip of the nose and corners of the mouth: ``(68, 2)`` in 300-W order to ``(5, 2)``."""
    return np.stack([landmarks[part].mean(0) for part in _FIVE_OF_68])


@dataclass(frozen=True, eq=False)
class FaceBox:
    """A labelled face.

    Args:
        file: name of its image, relative to the folder or archive of the images.
        box: ``(4,)`` float32: left, top, right, bottom, pixels.
        score: of the detector that found it.
        points: ``(5, 2)`` float32, pixels.
    """

    file: str
    box: np.ndarray
    score: float
    points: np.ndarray


def read_face_boxes(path: str | Path) -> list[FaceBox]:
    """All faces of a file, in its order.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: a column is missing, or a value is not numeric; the message names file and line.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'{path}: no such file of face boxes. Write it with: ofer crop IMAGES OUT --boxes-only')
    faces = []
    for row in read_rows(str(path), COLUMNS):
        numbers = np.array([row.decimal(name) for name in COLUMNS[1:]], np.float32)
        faces.append(FaceBox(row.text('file'), numbers[:4], float(numbers[4]), numbers[5:].reshape(5, 2)))
    return faces


def write_face_boxes(path: str | Path, faces: Iterable[FaceBox]) -> None:
    """Write a file that :func:`read_face_boxes` reads."""
    with open(path, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(face_row(face) for face in faces)


def face_row(face: FaceBox) -> list[str]:
    """The row of a face, in the order of :data:`COLUMNS`."""
    return [face.file, *(f'{v:.2f}' for v in face.box), f'{face.score:.4f}', *(f'{v:.2f}' for v in face.points.reshape(-1))]
