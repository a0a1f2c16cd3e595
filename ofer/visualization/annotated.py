"""A photo with its faces: boxes, expressions, landmarks, and hatching over what is occluded.

Pure functions on arrays; every image is ``(H, W, 3)`` uint8 RGB.
"""

# Not torchvision.utils: exported networks answer where torch is not installed, and their pictures are drawn here.

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ofer.visualization.palette import BLACK, WHITE, colour_of, font, ink_on

if TYPE_CHECKING:
    from ofer.inference.face_result import FaceResult

Picture = NDArray[np.uint8]
Box = tuple[float, float, float, float]

SMALLEST = 480
"""Pictures whose longer side is shorter are enlarged to it, so that text fits beside the faces."""
_SHOWN = 0.1  # share of the face from which on its occlusion is written


def draw_results(image: Picture, results: Sequence['FaceResult'], enlarge: bool = True) -> Picture:
    """Draw faces on a copy of their image.

    Each box has its expression's colour and name, and the calibrated probability. A dashed box and a question mark say that the model
    abstains. Occluded patches are hatched, and the regions that are called occluded are named.

    Args:
        image: ``(H, W, 3)`` uint8 RGB.
        results: of that image.
        enlarge: whether small images are enlarged; not for frames of a video.
    """
    scale = max(1.0, SMALLEST / max(image.shape[:2])) if enlarge else 1.0
    if scale > 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    faces = [result for result in results if result.box is not None]
    drawn = image.copy()
    for result in faces:
        if result.patch_map is not None and result.corners is not None:
            drawn = hatch(drawn, result.patch_map > 0.5, _scaled(result.corners, scale))
    canvas = Image.fromarray(drawn)
    pen = ImageDraw.Draw(canvas)
    boxes = [_visible(_scaled(result.box.reshape(2, 2), scale).ravel(), drawn.shape) for result in faces]
    width = max(2, round(max(image.shape[:2]) / 400))
    for result, box in zip(faces, boxes, strict=True):
        _frame(pen, box, colour_of(result.label), width, dashed=result.abstain)
        if result.landmarks is not None and box[2] - box[0] >= 120:
            _dots(pen, _scaled(result.landmarks, scale), (box[2] - box[0]) / 160)
    taken: list[Box] = []
    for result, box in sorted(zip(faces, boxes, strict=True), key=lambda pair: pair[1][2] - pair[1][0]):
        _tag(pen, result, box, boxes, taken, drawn.shape)
    reasons = [result.reason for result in results if result.box is None and result.reason]
    if reasons:
        _note(pen, reasons[0], drawn.shape)
    return np.asarray(canvas)


def caption(result: 'FaceResult') -> list[str]:
    """What is written beside a face: the expression, and what is occluded.

    The names of halves and of the lower face are left out where a smaller region says the same.
    """
    if result.label is None:
        return ['?']
    number = '' if result.track is None else f'#{result.track} '
    label, shares = (result.smoothed_label or result.label), (result.smoothed or result.probabilities)
    lines = [f'{number}{label}{"?" if result.abstain else ""} {100 * shares[label]:.0f} %']
    if result.occluded_fraction is not None and (result.occluded_regions or result.occluded_fraction >= _SHOWN):
        parts = [name for name in ('brows', 'eyes', 'nose', 'mouth') if name in result.occluded_regions]
        wide = [name for name in ('lower_face', 'left_half', 'right_half') if name in result.occluded_regions]
        names = ', '.join(name.replace('_', ' ') for name in parts or wide)
        lines.append(f'{100 * result.occluded_fraction:.0f} % occluded' + (f': {names}' if names else ''))
    return lines


def hatch(image: Picture, patches: NDArray, corners: NDArray) -> Picture:
    """Diagonal stripes over patches of an aligned crop, where it lies in the image.

    Args:
        image: ``(H, W, 3)``.
        patches: ``(grid, grid)`` bool, True = hatched.
        corners: ``(4, 2)`` of the crop in the image, pixels, clockwise from the upper left.
    """
    height, width = image.shape[:2]
    grid = len(patches)
    source = np.array([[-0.5, -0.5], [grid - 0.5, -0.5], [grid - 0.5, grid - 0.5]], np.float32)
    matrix = cv2.getAffineTransform(source, corners[:3].astype(np.float32))
    mask = cv2.warpAffine(patches.astype(np.uint8), matrix, (width, height), flags=cv2.INTER_NEAREST) > 0
    period = max(6, round(float(np.linalg.norm(corners[1] - corners[0])) / 16))
    y, x = np.nonzero(mask)
    stripe = ((x + y) % period) < max(1, period // 3)
    drawn = image.copy()
    colour = np.where(stripe[:, None], np.array(WHITE), np.array(BLACK))
    share = np.where(stripe, 0.75, 0.35)[:, None]
    drawn[y, x] = (image[y, x] * (1 - share) + colour * share).round().astype(np.uint8)
    return drawn


def _scaled(points: NDArray, scale: float) -> NDArray:
    return (np.asarray(points, np.float64) + 0.5) * scale - 0.5


def _visible(box: NDArray, shape: tuple[int, ...]) -> Box:
    """The part of a box that lies in the image, at least a pixel wide."""
    left, right = np.clip([box[0], box[2]], 0, shape[1] - 1)
    top, bottom = np.clip([box[1], box[3]], 0, shape[0] - 1)
    return float(left), float(top), float(max(right, left + 1)), float(max(bottom, top + 1))


def _frame(pen: ImageDraw.ImageDraw, box: Box, colour: tuple[int, int, int], width: int, dashed: bool) -> None:
    """A box with a dark and a light rim, so that it shows on any ground."""
    left, top, right, bottom = box
    sides = [((left, top), (right, top)), ((right, top), (right, bottom)), ((right, bottom), (left, bottom)), ((left, bottom), (left, top))]
    for ink, thickness in ((WHITE, width + 4), (BLACK, width + 2), (colour, width)):
        for start, end in sides:
            for piece in _pieces(start, end, 8 * width) if dashed else [(start, end)]:
                pen.line(piece, fill=ink, width=thickness)


def _pieces(start: tuple[float, float], end: tuple[float, float], length: float) -> Iterator[list[tuple[float, float]]]:
    a, b = np.array(start), np.array(end)
    count = max(3, int(np.linalg.norm(b - a) // length) | 1)
    for i in range(0, count, 2):
        yield [tuple(a + (b - a) * i / count), tuple(a + (b - a) * (i + 1) / count)]


def _dots(pen: ImageDraw.ImageDraw, points: NDArray, radius: float) -> None:
    radius = max(1.0, radius)
    for x, y in points:
        pen.ellipse((x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1), fill=BLACK)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=WHITE)


def _tag(pen: ImageDraw.ImageDraw, result: 'FaceResult', box: Box, boxes: Sequence[Box], taken: list[Box], shape: tuple[int, ...]) -> None:
    """Write the caption where it hides least: above the box, below it, or beside it."""
    width = box[2] - box[0]
    lines = caption(result) if width >= 36 else caption(result)[:1]
    size = int(np.clip(width / 7, 13, max(16, shape[0] / 22)))
    fonts = [font(size, bold=True), *(font(max(12, round(0.8 * size))) for _ in lines[1:])]
    pad = max(3, size // 5)
    wide = max(pen.textlength(line, own) for line, own in zip(lines, fonts, strict=True)) + 2 * pad
    high = sum(own.size * 1.25 for own in fonts) + pad
    lefts = (box[0], box[2] - wide, (box[0] + box[2] - wide) / 2)
    places = [(x, y) for y in (box[1] - high - 4, box[3] + 4) for x in lefts]
    places += [(box[2] + 4, box[1]), (box[0] - wide - 4, box[1]), (box[0], box[1])]
    places = [(float(np.clip(x, 0, max(0, shape[1] - wide))), float(np.clip(y, 0, max(0, shape[0] - high)))) for x, y in places]

    def hidden(place: tuple[float, float]) -> float:
        own = (*place, place[0] + wide, place[1] + high)
        return 4 * sum(_shared(own, other) for other in taken) + sum(_shared(own, other) for other in boxes)

    x, y = min(places, key=hidden)  # the first of equal ones
    taken.append((x, y, x + wide, y + high))
    ground = colour_of(result.label)
    pen.rectangle((x, y, x + wide, y + high), fill=ground, outline=WHITE)
    y += pad / 2
    for line, own in zip(lines, fonts, strict=True):
        pen.text((x + pad, y), line, fill=ink_on(ground), font=own)
        y += own.size * 1.25


def _shared(a: Sequence[float], b: Sequence[float]) -> float:
    """Area of the intersection of two boxes."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _note(pen: ImageDraw.ImageDraw, text: str, shape: tuple[int, ...]) -> None:
    """A line at the lower border."""
    own = font(max(14, shape[0] // 28))
    high = own.size * 1.4
    pen.rectangle((0, shape[0] - high, pen.textlength(text, own) + own.size, shape[0]), fill=BLACK)
    pen.text((own.size / 2, shape[0] - high + 0.1 * own.size), text, fill=WHITE, font=own)
