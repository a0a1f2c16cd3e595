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
from ofer.inference.places import COPY, DRAWN, PANEL, RESTORED, TIMELINE, picture_name, relative_name
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
        save_image(self.folder / (picture_name(picture, self.root) + DRAWN), draw_results(picture.image, results))

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
            save_image(self.folder / (picture_name(picture, self.root) + PANEL), face_panel(faces, self.size))

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
        ValueError: a second video if ``path`` is a file, or the same video again.
    """

    def __init__(self, path: str | Path, root: str = '') -> None:
        self.path, self.root = Path(path), root
        self.source: str | None = None
        self.writer: VideoWriter | None = None
        self.written: list[Path] = []

    def path_of(self, source: str) -> Path:
        """Of the copy of a source."""
        return self.path if self.path.suffix else self.path / (relative_name(source, self.root) + COPY)

    def take(self, picture: Picture, results: Sequence[FaceResult]) -> None:
        """Append a frame; still images are left out."""
        if picture.source != self.source:
            self.close(True)
        if picture.time is None or picture.image is None:
            return
        if self.writer is None:
            path = self.path_of(picture.source)
            if path in self.written:
                raise ValueError(f'{path}: holds the copy of a video already. Give a folder, and each video once.')
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
    """

    def __init__(self, folder: str | Path, root: str = '', size: int = 160) -> None:
        self.folder, self.root, self.panels = Path(folder), root, Panels(folder, root, size)
        self.repainted = 0

    def take(self, picture: Picture, results: Sequence[FaceResult]) -> None:
        """Write ``NAME_restored.png``, and ``NAME_faces.png`` where there are faces."""
        if picture.image is None:
            return
        faces = [result for result in results if result.label is not None]
        save_image(self.folder / (picture_name(picture, self.root) + RESTORED), restored_photo(picture.image, faces))
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
            name = relative_name(self.source, self.root) + TIMELINE
            path = self.path if self.path.suffix else self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            self.timeline.draw(valid_text(os.path.basename(self.source))).savefig(path)
        self.source, self.timeline = None, Timeline(self.classes)
