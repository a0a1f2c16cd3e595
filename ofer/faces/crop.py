"""Crops of the faces of a folder of photographs, in the folder's own layout, so that every data set is prepared the same way.

The folder of the crops also gets ``faces.csv`` (the face of each crop), ``skipped.csv`` (the images without a crop, and the reasons) and
``crops.json`` (the settings). A stopped run is resumed from the two tables.
"""

import csv
import hashlib
import io
import json
import math
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

import cv2

from ofer.datasets.affectnet import LIST_FOLDERS, read_list_boxes
from ofer.datasets.crop_record import read_crop_record, write_crop_record
from ofer.datasets.face_boxes import COLUMNS, FaceBox, face_row, read_face_boxes
from ofer.faces.alignment import build_aligner
from ofer.faces.detected import DetectedFace
from ofer.faces.reading import read_photograph
from ofer.files.archive import DamagedImageError, list_images
from ofer.files.writing import has_image_writer, write_file, write_image
from ofer.registry import MODELS

TABLE, SKIPPED = 'faces.csv', 'skipped.csv'
ANNOTATIONS = ('.csv', '.txt', '.npy', '.json', '.xml')
"""Files that are copied with the crops where the source is a folder: labels."""
UNREADABLE, NO_FACE, SMALL = 'unreadable', 'no face found', 'face too small'


@dataclass(frozen=True)
class CropJob:
    """Settings for cropping.

    Args:
        source: folder or zip archive.
        out: folder of the crops.
        detector: its config.
        aligner: its config; None: faces are found and written to the table alone.
        keep: ``largest``: one face an image; ``all``: every face, as ``NAME_0``, ``NAME_1``, ..., best first.
        min_size: faces whose box has a shorter side are skipped, pixels.
        boxes: known faces by the name of the image, or by its last two parts; their images are not searched.
    """

    source: str
    out: str
    detector: Mapping[str, Any]
    aligner: Mapping[str, Any] | None
    keep: str = 'largest'
    min_size: float = 0.0
    boxes: Mapping[str, Sequence[FaceBox]] = field(default_factory=dict)

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        return MODELS.build(dict(self.detector)), None if self.aligner is None else build_aligner(self.aligner)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != '_parts'}  # each process builds its own

    def __call__(self, name: str) -> tuple[str, list[FaceBox], str, str]:
        """Crop the faces of one photograph.

        Returns:
            Its name and its faces; if there are none, also the kind of reason and the reason.
        """
        detector, aligner = self._parts
        try:
            image, _ = read_photograph(f'{self.source}/{name}')
        except FileNotFoundError:
            return name, [], UNREADABLE, f'{self.source}/{name}: no such file, or a link to none'
        except DamagedImageError as error:
            return name, [], UNREADABLE, str(error)
        known = self.boxes.get(name) or self.boxes.get('/'.join(name.split('/')[-2:]))
        found = detector([image])[0] if known is None else [DetectedFace(face.box, face.score, face.points) for face in known]
        faces = [face for face in found if min(face.width, face.height) >= self.min_size]
        if not faces:
            if not found:
                return name, [], NO_FACE, NO_FACE
            largest = max(min(face.width, face.height) for face in found)
            return name, [], SMALL, f'{SMALL}: {largest:.0f} of at least {self.min_size:.0f} pixels'
        if self.keep == 'largest':
            faces = [max(faces, key=lambda face: face.width * face.height)]
        if aligner is not None:
            for number, face in enumerate(faces):
                crop = crop_name(name if self.keep == 'largest' else numbered(name, number))
                write_image(Path(self.out, crop), aligner(image, face))
        return name, [FaceBox(name, face.box, face.score, face.points) for face in faces], '', ''


def numbered(name: str, number: int) -> str:
    """``a/b.jpg`` to ``a/b_0.jpg``."""
    stem, suffix = os.path.splitext(name)
    return f'{stem}_{number}{suffix}'


def crop_name(name: str) -> str:
    """Name of the crop of an image: its own, with ``.png`` behind it if its format cannot be written.

    >>> crop_name('a/b.jpg'), crop_name('a/b.tga')
    ('a/b.jpg', 'a/b.tga.png')
    """
    return name if has_image_writer(name) else f'{name}.png'


@dataclass
class CropSummary:
    """Summary of the photographs.

    Args:
        faces: crops, or faces of the table.
        images: photographs with at least one.
        skipped: number of the others by kind of reason.
    """

    faces: int = 0
    images: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        reasons = ', '.join(f'{kind} {number}' for kind, number in sorted(self.skipped.items()))
        return f'{self.faces} faces of {self.images} images; skipped: {sum(self.skipped.values())}' + (f' ({reasons})' if reasons else '')


def known_boxes(source: str, file: str | Path | None = None) -> dict[str, list[FaceBox]]:
    """Known faces, which are not searched.

    Args:
        source: folder of the data set. AffectNet's lists there are read.
        file: a table of :mod:`ofer.datasets.face_boxes`, or one of AffectNet's lists.

    Returns:
        Faces by the names of their images.
    """
    files = [os.path.join(source, folder, f'{split}.csv') for folder in LIST_FOLDERS for split in ('training', 'validation')]
    files = [str(file)] if file is not None else [path for path in files if os.path.isfile(path)]
    found: dict[str, list[FaceBox]] = {}
    for path in files:
        with open(path, encoding='utf-8-sig', errors='replace') as lines:
            ours = lines.readline().startswith('file,')
        for face in read_face_boxes(path) if ours else read_list_boxes(path):
            found.setdefault(face.file, []).append(face)
    return found


def crop_faces(job: CropJob, workers: int = 0) -> Iterator[CropSummary]:
    """Crop the faces of all photographs; continues a stopped run with the same settings.

    Args:
        job: the settings.
        workers: processes; 0: this one.

    Yields:
        The summary, after the earlier results are read and after each photograph: always the same object.

    Raises:
        FileNotFoundError: the source is missing.
        ValueError: an unknown ``keep``, ``min_size`` is no size, the source has no images, or the folder has crops of other settings.
    """
    if job.keep not in ('largest', 'all'):
        raise ValueError(f"keep={job.keep!r}: expected 'largest' or 'all'")
    if not 0 <= job.min_size < math.inf:
        raise ValueError(f'min_size={job.min_size}: expected a number of pixels')
    names = list_images(job.source)
    if not names:
        raise ValueError(f'{job.source}: no images there')
    if os.path.realpath(job.source) == os.path.realpath(job.out):
        raise ValueError(f'{job.out}: source and target are one folder, and the crops would take the place of the photographs')
    out = Path(job.out)
    out.mkdir(parents=True, exist_ok=True)
    _same_settings(job)
    if job.keep == 'all':
        _forget_last_image(out / TABLE)
    summary, done = _resumed(out)
    rest = [name for name in names if name not in done]
    yield summary
    with _appended(out / TABLE) as faces, _appended(out / SKIPPED) as skipped:
        tables = csv.writer(faces), csv.writer(skipped)
        for file, table, header in ((faces, tables[0], COLUMNS), (skipped, tables[1], ('file', 'kind', 'reason'))):
            if file.tell() == 0:
                table.writerow(header)
        for name, found, kind, reason in _run(job, rest, workers):
            if found:
                tables[0].writerows([face_row(face) for face in found])
                faces.flush()
                summary.images, summary.faces = summary.images + 1, summary.faces + len(found)
            else:
                tables[1].writerow((name, kind, reason))
                skipped.flush()
                summary.skipped[kind] += 1
            yield summary
    if job.aligner is not None and os.path.isdir(job.source):
        _copy_annotations(Path(job.source), out)


def _run(job: CropJob, names: Sequence[str], workers: int) -> Iterator[tuple[str, list[FaceBox], str, str]]:
    if workers == 0:
        yield from map(job, names)
        return
    # A fork would copy the threads' locks of torch and OpenCV, held or not.
    with ProcessPoolExecutor(workers, mp_context=get_context('spawn'), initializer=_begin, initargs=(job,)) as pool:
        yield from pool.map(_one, names, chunksize=8)


_job: CropJob | None = None


def _begin(job: CropJob) -> None:
    global _job  # state of a process of the pool
    cv2.setNumThreads(1)
    _job = job


def _one(name: str) -> tuple[str, list[FaceBox], str, str]:
    assert _job is not None
    return _job(name)


def _same_settings(job: CropJob) -> None:
    """Write the settings of the crops, or of the table of faces alone; raise if the folder has others."""
    settings: dict[str, Any] = {'aligner': _described(job.aligner), 'detector': dict(job.detector), 'keep': job.keep}
    settings |= {'min_size': job.min_size, 'boxes': _digest(job.boxes)}
    before = read_crop_record(job.out)
    if before is None:
        write_crop_record(job.out, settings)
        return
    now = json.loads(json.dumps(settings))
    before['aligner'] = json.loads(json.dumps(_described(before['aligner'])))
    changed = [name for name in now if name in before and before[name] != now[name]]  # older versions did not note all of them
    if changed:
        was, given = ({name: record[name] for name in changed} for record in (before, now))
        raise ValueError(
            f'{job.out}: was written with other settings: {was} instead of {given}. Choose another folder, or remove that one.'
        )


def _described(aligner: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """All settings of an aligner; None without one."""
    return None if aligner is None else build_aligner(aligner).describe()


def _digest(boxes: Mapping[str, Sequence[FaceBox]]) -> str | None:
    rows = [face_row(face) for name in sorted(boxes) for face in boxes[name]]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16] if rows else None


def _resumed(out: Path) -> tuple[CropSummary, set[str]]:
    """Results of earlier runs: the summary, and the names of the images."""
    summary = CropSummary()
    found, skipped = (_whole_rows(out / name) for name in (TABLE, SKIPPED))
    done = {row[0] for row in found} | {row[0] for row in skipped}
    summary.faces, summary.images = len(found), len({row[0] for row in found})
    summary.skipped.update(row[1] for row in skipped)
    return summary, done


def _appended(path: Path) -> TextIO:
    return open(path, 'a', newline='', encoding='utf-8', errors='surrogateescape')  # names of files need not be UTF-8


def _whole_rows(path: Path) -> list[list[str]]:
    """Rows of a table without its header. An incomplete last line of a killed run is removed from the file."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    end = content.rfind(b'\n') + 1
    if end < len(content):
        os.truncate(path, end)
    return list(csv.reader(io.StringIO(content[:end].decode('utf-8', 'surrogateescape'), newline='')))[1:]


def _forget_last_image(path: Path) -> None:
    """Remove the rows of the last image, whose other faces a killed run may not have written; the image is cropped again."""
    rows = _whole_rows(path)
    kept = [row for row in rows if row[0] != rows[-1][0]]
    if len(kept) < len(rows):
        text = io.StringIO(newline='')
        csv.writer(text).writerows([COLUMNS, *kept])
        write_file(path, text.getvalue().encode('utf-8', 'surrogateescape'))


def _copy_annotations(source: Path, out: Path) -> None:
    for path in sorted(source.rglob('*')):
        target = out / path.relative_to(source)
        if path.suffix.lower() in ANNOTATIONS and path.is_file() and not target.exists() and out not in path.parents:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
