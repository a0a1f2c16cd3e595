"""A panel of pictures: the image and the intermediate outputs of a model, side by side.

Pure functions on arrays; every image is ``(H, W, 3)`` uint8 RGB.
"""

# Not torchvision.utils: results of exported networks are drawn by these functions too, where torch is not installed.

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture
from PIL import ImageDraw

from ofer.files.writing import write_image
from ofer.visualization.palette import font

Image = NDArray[np.uint8]

PARSING_COLOURS = np.array(
    [
        (0, 0, 0),  # background
        (255, 205, 165),  # face
        (120, 70, 200),  # left brow
        (60, 130, 255),  # right brow
        (0, 160, 160),  # left eye
        (0, 220, 120),  # right eye
        (255, 150, 0),  # nose
        (230, 30, 60),  # upper lip
        (110, 0, 40),  # inner mouth
        (255, 110, 150),  # lower lip
        (130, 100, 50),  # hair
    ],
    np.uint8,
)
"""One colour a class of the LaPa map, ``(11, 3)`` RGB."""

GAP = 6
CAPTION = 22


def draw_landmarks(image: Image, landmarks: NDArray, colour: tuple[int, int, int] = (40, 255, 40)) -> Image:
    """Dots on a copy of the image.

    Args:
        image: ``(H, W, 3)``.
        landmarks: ``(P, 2)``, x and y as shares of width and height. Points outside are left out.
        colour: RGB.

    Raises:
        ValueError: ``landmarks`` is not ``(P, 2)``.
    """
    if landmarks.ndim != 2 or landmarks.shape[1] != 2:
        raise ValueError(f'landmarks must be (P, 2), got {landmarks.shape}')
    drawn = image.copy()
    height, width = image.shape[:2]
    radius = max(1, round(width / 112))
    for x, y in landmarks:
        if 0 <= x <= 1 and 0 <= y <= 1:
            # The share 0 is the left edge of the first pixel, so pixel centres lie half a pixel to the right.
            cv2.circle(drawn, (round(x * width - 0.5), round(y * height - 0.5)), radius, colour, -1, cv2.LINE_AA)
    return drawn


def draw_parsing(image: Image, classes: NDArray, opacity: float = 0.6) -> Image:
    """Draw the class map in colours over the image; background is not coloured.

    Args:
        image: ``(H, W, 3)``.
        classes: ``(h, w)``, class 0..10; resized to the image (nearest).
        opacity: 0: the image alone; 1: the colours alone.

    Raises:
        ValueError: a class without a colour.
    """
    if classes.min() < 0 or classes.max() >= len(PARSING_COLOURS):
        raise ValueError(f'classes must lie in 0..{len(PARSING_COLOURS) - 1}, got {classes.min()}..{classes.max()}')
    height, width = image.shape[:2]
    resized = cv2.resize(classes.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    share = opacity * (resized > 0)[..., None]
    return (image * (1 - share) + PARSING_COLOURS[resized] * share).round().astype(np.uint8)


def draw_attention(image: Image, weights: NDArray, opacity: float = 0.5, limits: tuple[float, float] | None = None) -> Image:
    """Draw a heat map over the image, for any colour vision: dark blue = least, yellow = most attended position of this image.

    Args:
        image: ``(H, W, 3)``.
        weights: ``(h, w)``, any scale.
        opacity: 0: the image alone; 1: the colours alone.
        limits: ends of the colour scale, for pictures that are compared; None: the least and the greatest of ``weights``.
    """
    height, width = image.shape[:2]
    low, high = limits or (float(weights.min()), float(weights.max()))
    scaled = ((weights - low) / (high - low if high > low else 1)).clip(0, 1)
    smooth = cv2.resize(scaled.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    heat = cv2.cvtColor(cv2.applyColorMap((smooth * 255).astype(np.uint8), cv2.COLORMAP_CIVIDIS), cv2.COLOR_BGR2RGB)
    return (image * (1 - opacity) + heat * opacity).round().astype(np.uint8)


def draw_seen(image: Image, seen: Mapping[str, NDArray]) -> dict[str, Image]:
    """The image, and each intermediate output drawn over it, by column title (ORSANet Fig. 4).

    Args:
        image: ``(H, W, 3)``.
        seen: of :meth:`ofer.models.ORSANet.explain`, without the batch axis; missing outputs are left out.
    """
    columns: dict[str, tuple[str, Callable[[Image, NDArray], Image]]] = {
        'landmarks': ('landmarks', draw_landmarks),
        'parsing': ('parsing', draw_parsing),
        'backbone attention': ('backbone_attention', draw_attention),
        'MCM attention': ('fusion_attention', draw_attention),
    }
    return {'image': image} | {title: draw(image, seen[key]) for title, (key, draw) in columns.items() if key in seen}


def panel(rows: Sequence[Sequence[Image]], columns: Sequence[str], captions: Sequence[str] = (), size: int = 160) -> Image:
    """Arrange images in a grid with a title over each column.

    Args:
        rows: a list of rows, each with one image a column; resized to ``size``.
        columns: titles of the columns.
        captions: a line under each row; none where empty.
        size: side of a cell in pixels.

    Returns:
        The panel on a white ground.

    Raises:
        ValueError: rows, columns and captions do not fit each other.
    """
    if not rows or any(len(row) != len(columns) for row in rows):
        raise ValueError(f'every row needs {len(columns)} images, one for each of {tuple(columns)}; got {[len(row) for row in rows]}')
    if captions and len(captions) != len(rows):
        raise ValueError(f'{len(captions)} captions do not fit {len(rows)} rows')
    step = size + GAP + (CAPTION if captions else 0)
    canvas = np.full((CAPTION + GAP + step * len(rows), GAP + (size + GAP) * len(columns), 3), 255, np.uint8)
    for j, title in enumerate(columns):
        _write(canvas, title, GAP + (size + GAP) * j, CAPTION - 4)
    for i, row in enumerate(rows):
        top = CAPTION + GAP + step * i
        for j, image in enumerate(row):
            left = GAP + (size + GAP) * j
            canvas[top : top + size, left : left + size] = _cell(image, size)
        if captions:
            _write(canvas, captions[i], GAP, top + size + CAPTION - 6)
    return canvas


def save_image(path: str | Path, image: Image) -> None:
    """Write an RGB image, making the folder; see :func:`ofer.files.writing.write_image`.

    Raises:
        OSError: the file cannot be written, or its suffix is of no format that can be.
    """
    write_image(path, image)


def _cell(image: Image, size: int) -> Image:
    shrinks = size < image.shape[0]
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def _write(canvas: Image, text: str, left: int, baseline: int) -> None:
    line = Picture.fromarray(canvas[baseline - CAPTION + 6 : baseline + 6])
    ImageDraw.Draw(line).text((left, CAPTION - 6), text, fill=(30, 30, 30), font=font(13), anchor='ls')
    canvas[baseline - CAPTION + 6 : baseline + 6] = np.asarray(line)
