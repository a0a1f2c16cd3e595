"""Outputs of a job in addition to its table: annotated images, annotated videos, timelines."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from ofer.faces.similarity import warp
from ofer.files.writing import valid_text
from ofer.inference.face_result import FaceResult
from ofer.inference.restoring import restored_photo
from ofer.inference.sources import Picture
from ofer.inference.video import VideoWriter
from ofer.visualization.annotated import draw_results
from ofer.visualization.face_panel import face_panel
from ofer.visualization.panel import save_image
from ofer.visualization.timeline import Timeline


class Output(Protocol):
    """Takes pictures with their results, in order."""

    def take(self, picture: Picture, results: Sequence[FaceResult]) -> None:
        """One picture, with its image where it could be read."""

    def close(self, finished: bool) -> None:
        """No more pictures come; ``finished`` is False where the job was interrupted."""


def relative_name(source: str, root: str) -> str:
    """A relative name for the outputs of a source: its path below ``root``, without parts that leave the folder.

    >>> relative_name('/photos/a/b.jpg', '/photos'), relative_name('../x.png', '')
    ('a/b.jpg', 'x.png')
    """
    path = source
    if root:
        relative = os.path.relpath(source, root)
        path = os.path.basename(source) if relative.startswith('..') else relative
    parts = [part.replace(':', '_').replace('\0', '_') for part in Path(path).parts if part not in (os.sep, '..', '.')]
    return os.path.join(*parts) if parts else 'input'


def common_folder(inputs: Sequence[str]) -> str:
    """The deepest common folder of all inputs; empty if there is none."""
    folders = [path if os.path.isdir(path) else os.path.dirname(_before_glob(path)) for path in inputs]
    try:
        return os.path.commonpath([os.path.abspath(folder) for folder in folders])
    except ValueError:
        return ''


def _before_glob(path: str) -> str:
    first = min((i for i in map(path.find, '*?[') if i >= 0), default=len(path))
    return path[:first] if not os.path.lexists(path) else path


class AnnotatedImages:
    """Writes every readable image with its faces drawn in.

    Args:
        folder: where to; made where it is missing.
        root: sources keep their path below it.
    """

    def __init__(self, folder: str | Path, root: str = '') -> None:
        self.folder, self.root = Path(folder), root

    def take(self, picture: Picture, results: Sequence[FaceResult]) -> None:
        """Write ``NAME.png`` below the folder; for a frame of a video ``NAME_000123.png``."""
        if picture.image is None:
            return
        name = relative_name(picture.source, self.root)
        number = '' if picture.time is None else f'_{picture.frame:06d}'
        save_image(self.folder / f'{name}{number}.png', draw_results(picture.image, results))

    def close(self, finished: bool) -> None:
        """Nothing is open."""


class Panels:
    """Writes a panel of the faces of every image that has one.

    Args:
        folder: where to; made where it is missing.
        root: sources keep their path below it.
        size: side of a picture, pixels.
    """

    def __init__(self, folder: str | Path, root: str = '', size: int = 192) -> None:
        self.folder, self.root, self.size = Path(folder), root, size

    def take(self, picture: Picture, results: Sequence[FaceResult]) -> None:
        """Write ``NAME_faces.png``; for a frame of a video ``NAME_000123_faces.png``."""
        faces = [result for result in results if result.label is not None]
        if picture.image is not None:
            faces = [result.but(crop=fine_crop(picture.image, result, self.size)) for result in faces]
        if faces:
            number = '' if picture.time is None else f'_{picture.frame:06d}'
            name = relative_name(picture.source, self.root)
            save_image(self.folder / f'{name}{number}_faces.png', face_panel(faces, self.size))

    def close(self, finished: bool) -> None:
        """Nothing is open."""


def fine_crop(image: np.ndarray, result: FaceResult, size: int) -> np.ndarray:
    """The aligned face at the resolution of its photo, which often exceeds that of the model's input.

    Args:
        image: ``(H, W, 3)`` uint8 RGB.
        result: of that image, with ``corners``.
        size: side of the crop, pixels.

    Returns:
        ``(size, size, 3)`` uint8.
    """
    assert result.corners is not None
    outer = np.array([[0, 0], [1, 0], [1, 1]], np.float32) * size - np.float32(0.5)
    return warp(image, cv2.getAffineTransform(result.corners[:3].astype(np.float32), outer), size)


class AnnotatedVideos:
    """Writes a copy of every video with its faces drawn in.

    Args:
        path: of the copy; without a suffix, a folder for the copies of several videos.
        root: sources keep their path below it.

    Raises:
        ValueError: a second video if ``path`` is a file.
    """

    def __init__(self, path: str | Path, root: str = '') -> None:
        self.path, self.root = Path(path), root
        self.source: str | None = None
        self.writer: VideoWriter | None = None
        self.written: list[Path] = []

    def path_of(self, source: str) -> Path:
        """Of the copy of a source."""
        return self.path if self.path.suffix else (self.path / relative_name(source, self.root)).with_suffix('.mp4')

    def take(self, picture: Picture, results: Sequence[FaceResult]) -> None:
        """Append a frame; still images are left out."""
        if picture.source != self.source:
            self.close(True)
        if picture.time is None or picture.image is None:
            return
        if self.writer is None:
            path = self.path_of(picture.source)
            if path in self.written:
                raise ValueError(f'{path}: one file cannot hold the copies of several videos. Give a folder.')
            self.writer, self.source = VideoWriter(path), picture.source
            self.written.append(path)
        self.writer.write(draw_results(picture.image, results, enlarge=False), picture.time)

    def close(self, finished: bool) -> None:
        """Finish the copy; an unfinished one is discarded."""
        if self.writer is not None:
            self.writer.__exit__(None if finished else KeyboardInterrupt)
        self.writer = self.source = None


class RestoredPhotos:
    """Writes every photo with its faces repainted, and a panel of the faces.

    Args:
        folder: where to; made where it is missing.
        root: sources keep their path below it.
        size: side of a face in the panel, pixels.

    Raises:
        ValueError: the model does not repaint.
    """

    def __init__(self, folder: str | Path, root: str = '', size: int = 160) -> None:
        self.folder, self.root, self.panels = Path(folder), root, Panels(folder, root, size)
        self.repainted = 0

    def take(self, picture: Picture, results: Sequence[FaceResult]) -> None:
        """Write ``NAME_restored.png``, and ``NAME_faces.png`` where there are faces."""
        if picture.image is None:
            return
        faces = [result for result in results if result.label is not None]
        if any(result.restored is None for result in faces):
            raise ValueError('this model repaints nothing: choose one that does, such as latent_ofer_*')
        name = relative_name(picture.source, self.root)
        number = '' if picture.time is None else f'_{picture.frame:06d}'
        save_image(self.folder / f'{name}{number}_restored.png', restored_photo(picture.image, faces))
        self.panels.take(picture, results)
        self.repainted += sum(result.patch_map is not None and bool((result.patch_map > 0.5).any()) for result in faces)

    def close(self, finished: bool) -> None:
        """Nothing is open."""


class Timelines:
    """Draws the timeline of every video.

    Args:
        path: of the picture; without a suffix, a folder for those of several videos.
        classes: names of the expressions.
        root: sources keep their path below it.
    """

    def __init__(self, path: str | Path, classes: Sequence[str], root: str = '') -> None:
        self.path, self.classes, self.root = Path(path), classes, root
        self.source: str | None = None
        self.timeline = Timeline(classes)

    def take(self, picture: Picture, results: Sequence[FaceResult]) -> None:
        """Note the faces of a frame; still images are left out."""
        if picture.source != self.source:
            self.close(True)
        if picture.time is not None:
            self.source = picture.source
            self.timeline.add(results)

    def close(self, finished: bool) -> None:
        """Draw the video that ends here."""
        if self.source is not None and finished:
            name = relative_name(self.source, self.root)
            path = self.path if self.path.suffix else (self.path / name).with_suffix('.png')
            path.parent.mkdir(parents=True, exist_ok=True)
            self.timeline.draw(valid_text(os.path.basename(self.source))).savefig(path)
        self.source, self.timeline = None, Timeline(self.classes)
