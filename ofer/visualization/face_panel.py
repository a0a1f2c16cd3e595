"""What the inferencer saw in faces, side by side: landmarks, parsing, occlusion, restored face, attention, probabilities."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ofer.visualization.palette import BLACK, GREY, WHITE, colour_of, font
from ofer.visualization.panel import draw_attention, draw_landmarks, draw_parsing, panel

if TYPE_CHECKING:
    from ofer.inference.face_result import FaceResult

Picture = NDArray[np.uint8]


def draw_face(result: 'FaceResult', size: int = 192) -> dict[str, Picture]:
    """The pictures of a face by their title.

    Args:
        result: with ``crop``; pictures whose field it lacks are left out.
        size: side of each, pixels.

    Raises:
        ValueError: the result has no crop.
    """
    if result.crop is None:
        raise ValueError('a panel needs results with their crop: FERInferencer(..., crops=True)')
    face = cv2.resize(result.crop, (size, size), interpolation=cv2.INTER_CUBIC)
    landmarks = landmarks_in_crop(result)
    steps: dict[str, tuple[object, Callable[[], Picture]]] = {
        'landmarks': (landmarks, lambda: draw_landmarks(face, landmarks)),  # type: ignore[arg-type]
        'parsing': (result.parsing, lambda: draw_parsing(face, result.parsing)),  # type: ignore[arg-type]
        'occlusion': (result.patch_map, lambda: draw_attention(face, result.patch_map, 0.55, (0.0, 1.0))),  # type: ignore[arg-type]
        'restored': (result.restored, lambda: cv2.resize(result.restored, (size, size), interpolation=cv2.INTER_CUBIC)),
        'attention': (result.attention, lambda: draw_attention(face, result.attention)),  # type: ignore[arg-type]
    }
    drawn = {'face': face} | {title: draw() for title, (given, draw) in steps.items() if given is not None}
    return drawn | {'expression': draw_bars(result.probabilities, size)}


def face_panel(results: Sequence['FaceResult'], size: int = 192) -> Picture:
    """A row for each face, and below it what is said of it.

    Args:
        results: with ``crop`` and the same other fields.
        size: side of a picture, pixels.

    Raises:
        ValueError: no results, one without a crop, or results with different fields.
    """
    if not results:
        raise ValueError('a panel needs at least one face')
    drawn = [draw_face(result, size) for result in results]
    titles = list(drawn[0])
    if any(list(row) != titles for row in drawn):
        raise ValueError(f'the faces have different pictures: {[list(row) for row in drawn]}')
    return panel([list(row.values()) for row in drawn], titles, [_words(result) for result in results], size)


def draw_bars(probabilities: Mapping[str, float], size: int) -> Picture:
    """Probability of each expression as a bar in its colour, with name and per cent.

    Args:
        probabilities: by name; drawn from the greatest down.
        size: side of the picture, pixels.
    """
    canvas = Image.new('RGB', (size, size), WHITE)
    pen = ImageDraw.Draw(canvas)
    step = size / max(len(probabilities), 1)
    text = font(max(9, min(round(0.55 * step), size // 12)))
    left = max((pen.textlength(name, text) for name in probabilities), default=0) + 6
    right = size - pen.textlength('100 %', text) - 6
    for i, (name, share) in enumerate(sorted(probabilities.items(), key=lambda item: -item[1])):
        middle = step * (i + 0.5)
        pen.text((left - 4, middle), name, fill=BLACK, font=text, anchor='rm')
        end = left + (right - left) * share
        pen.rectangle((left, middle - 0.3 * step, max(end, left + 1), middle + 0.3 * step), fill=colour_of(name), outline=GREY)
        pen.text((end + 4, middle), f'{100 * share:.0f} %', fill=BLACK, font=text, anchor='lm')
    return np.asarray(canvas)


def landmarks_in_crop(result: 'FaceResult') -> NDArray | None:
    """The 68 points as shares of the aligned crop's width and height; None where there are none."""
    if result.landmarks is None or result.corners is None:
        return None
    unit = np.array([[0, 0], [1, 0], [1, 1]], np.float32)
    matrix = cv2.getAffineTransform(result.corners[:3].astype(np.float32), unit)
    return result.landmarks @ matrix[:, :2].T + matrix[:, 2]


def _words(result: 'FaceResult') -> str:
    parts = [f'{result.label} {100 * (result.probability or 0):.0f} %']
    if result.occluded_fraction is not None:
        parts.append(f'{100 * result.occluded_fraction:.0f} % occluded')
    if result.abstain:
        parts.append(f'abstains ({result.reason})')
    return ', '.join(parts)
