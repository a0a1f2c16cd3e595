"""What lies behind the faces, in grey: windows of photographs, clouds of noise, shapes, gradients."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from ofer.synthetic.draws import Draws


def gradient(size: int, draws: Draws) -> np.ndarray:
    """A wall with light from somewhere."""
    rows, columns = np.mgrid[:size, :size].astype(np.float32) / size - 0.5
    return draws.uniform(10, 245) + draws.bell(50) * rows + draws.bell(50) * columns


def clouds(size: int, draws: Draws) -> np.ndarray:
    """Noise of several scales, between smooth and sandy."""
    total = np.zeros((size, size), np.float32)
    decay = draws.uniform(0.45, 0.9)
    for octave in range(6):
        cells = 2 ** (octave + 1)
        total += cv2.resize(draws.array(cells + 1, cells + 1) - 0.5, (size, size), interpolation=cv2.INTER_CUBIC) * decay**octave
    return draws.uniform(40, 210) + total * draws.uniform(40, 260)


def shapes(size: int, draws: Draws) -> np.ndarray:
    """Polygons, discs and bars over one another, as of windows, shelves, limbs and clothes."""
    image = gradient(size, draws)
    for _ in range(int(draws.uniform(4, 26))):
        value, centre, extent = draws.uniform(0, 255), draws.array(2) * size, draws.uniform(0.04, 0.5) * size
        kind = draws.unit()
        if kind < 0.3:
            axes = (max(1, int(extent / 2)), max(1, int(extent * draws.uniform(0.15, 0.5))))
            cv2.ellipse(
                image, (int(centre[0]), int(centre[1])), axes, draws.uniform(0, 180), 0, 360, value, draws.pick((-1, -1, 2)), cv2.LINE_AA
            )
        elif kind < 0.6:
            corners = centre + (draws.array(int(draws.uniform(3, 7)), 2) - 0.5) * extent
            cv2.fillPoly(image, [corners.astype(np.int32)], value, cv2.LINE_AA)
        elif kind < 0.85:
            end = centre + (draws.array(2) - 0.5) * size
            width = max(1, int(extent * 0.15))
            cv2.line(image, (int(centre[0]), int(centre[1])), (int(end[0]), int(end[1])), value, width, cv2.LINE_AA)
        else:
            text = ''.join(draws.pick('ABCDEFGHKLMNOPRSTUWXYZ0123456789') for _ in range(int(draws.uniform(2, 7))))
            cv2.putText(
                image, text, (int(centre[0] - extent / 2), int(centre[1])), 0, extent / 60 + 0.2, value, draws.pick((1, 2)), cv2.LINE_AA
            )
    return image


def window(size: int, draws: Draws, photographs: Sequence[np.ndarray]) -> np.ndarray:
    """Part of a photograph ``(h, w)``, maybe mirrored or turned upside down."""
    photograph = draws.pick(photographs)
    height, width = photograph.shape
    side = max(16, int(min(height, width) * draws.uniform(0.2, 1.0)))
    top, left = int(draws.unit() * (height - side + 1)), int(draws.unit() * (width - side + 1))
    part = cv2.resize(photograph[top : top + side, left : left + side], (size, size), interpolation=cv2.INTER_AREA)
    part = part[:, ::-1] if draws.chance(0.5) else part
    return (part[::-1] if draws.chance(0.2) else part).astype(np.float32)


def draw_background(size: int, draws: Draws, photographs: Sequence[np.ndarray] = ()) -> np.ndarray:
    """A background.

    Args:
        size: height and width, pixels.
        draws: random numbers.
        photographs: ``(h, w)`` grey, without faces.

    Returns:
        ``(size, size)`` float32, in [0, 255].
    """
    kinds: list[Callable[[], np.ndarray]] = [
        lambda: gradient(size, draws),
        lambda: clouds(size, draws),
        lambda: shapes(size, draws),
        lambda: window(size, draws, photographs),
    ]
    image = draws.pick(kinds, (0.1, 0.1, 0.2, 0.6 if photographs else 0.0))()
    if draws.chance(0.25):
        image = cv2.GaussianBlur(image, (0, 0), draws.uniform(0.6, 5))
    return np.clip(np.ascontiguousarray(image), 0, 255).astype(np.float32)
