"""What people wear and hold before their faces, in grey: masks, scarves, dark and clear glasses, caps, fringes, hands and objects."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from ofer.synthetic.crowd.patch import FaceAxes, FacePatch
from ofer.synthetic.draws import Draws

_FINER = 3  # bits of the subpixel positions that OpenCV draws polygons at


def fill(shape: tuple[int, int], outline: np.ndarray) -> np.ndarray:
    """Cover of a polygon: ``(h, w)`` float32 in [0, 1], soft by a pixel at its edge.

    Args:
        shape: height and width.
        outline: ``(P, 2)`` pixels.
    """
    cover = np.zeros(shape, np.uint8)
    cv2.fillPoly(cover, [np.round(outline * 2**_FINER).astype(np.int32)], 255, cv2.LINE_AA, _FINER)
    return cover.astype(np.float32) / 255


def smooth(corners: np.ndarray, steps: int = 6) -> np.ndarray:
    """Closed Catmull-Rom curve through ``(P, 2)`` corners: ``(P * steps, 2)``."""
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    before, after, next_but_one = (np.roll(corners, shift, 0) for shift in (1, -1, -2))
    curve = 0.5 * (
        2 * corners
        + (after - before) * t
        + (2 * before - 5 * corners + 4 * after - next_but_one) * t**2
        + (3 * corners - before - 3 * after + next_but_one) * t**3
    )
    return curve.transpose(1, 0, 2).reshape(-1, 2)


def cover(patch: FacePatch, value: np.ndarray | float, alpha: np.ndarray) -> None:
    """Lay grey ``value`` over the patch, in place."""
    patch.pixels += (value - patch.pixels) * alpha
    np.maximum(patch.alpha, alpha, out=patch.alpha)


def shaded(patch: FacePatch, axes: FaceAxes, draws: Draws) -> np.ndarray:
    """Cloth ``(h, w)`` of one grey with light from a side, a crease, and maybe a pattern."""
    height, width = patch.pixels.shape
    columns, rows = (
        np.arange(width, dtype=np.float32) - np.float32(axes.eyes[0]),
        np.arange(height, dtype=np.float32) - np.float32(axes.eyes[1]),
    )
    (ax, ay), (dx, dy) = (v.astype(np.float32) for v in (axes.across / max(axes.left, axes.right), axes.down / axes.length))
    x, y = columns * ax + rows[:, None] * ay, columns * dx + rows[:, None] * dy
    grey = draws.pick((draws.uniform(5, 70), draws.uniform(60, 200), draws.uniform(190, 252)))
    cloth = grey + draws.bell(18) * x + draws.bell(15) * y - draws.uniform(0, 25) * x**2
    if draws.chance(0.35):  # the two halves of a moulded mask
        cloth += draws.bell(18) * np.tanh(x * 12)
    if draws.chance(0.45):  # pleats
        cloth += draws.uniform(3, 16) * np.sin(y * draws.uniform(18, 45) + draws.bell(0.6) * x**2 + draws.uniform(0, 6))
    if draws.chance(0.15):  # a print
        noise = cv2.resize(draws.array(9, 9), (width, height), interpolation=cv2.INTER_CUBIC)
        cloth += draws.uniform(40, 160) * (noise - 0.5)
    return cloth


def wear_mask(patch: FacePatch, axes: FaceAxes, draws: Draws) -> None:
    """A face mask, over the nose or hanging below it, or a scarf up to there."""
    top = draws.pick((draws.uniform(0.12, 0.36), draws.uniform(0.36, 0.62)), (0.85, 0.15))
    side, wide = top + draws.uniform(0.02, 0.22), draws.uniform(0.86, 1.06)
    chin = draws.uniform(1.0, 1.22)
    half = draws.uniform(0.35, 0.6)
    corners = [(-wide, side), (-0.45, (top + side) / 2 - 0.03), (0, top), (0.45, (top + side) / 2 - 0.03), (wide, side)]
    corners += [(wide * 0.94, draws.uniform(0.62, 0.8)), (half, chin - 0.06), (0, chin), (-half, chin - 0.06), (-wide * 0.94, 0.7)]
    if draws.chance(0.12):  # a scarf
        corners = [*corners[:5], (1.25, 1.5), (-1.25, 1.5)]
    outline = axes.places(*corners)
    cloth = shaded(patch, axes, draws)
    strap = fill(patch.pixels.shape, np.zeros((3, 2)))
    if draws.chance(0.6):
        canvas = np.zeros(patch.pixels.shape, np.uint8)
        thick = max(1, round(axes.length * draws.uniform(0.015, 0.05)))
        for sign in (-1, 1):
            for start, end in (((sign * wide, side), (sign * 1.12, 0.05)), ((sign * wide * 0.94, 0.72), (sign * 1.12, 0.35))):
                ends = [tuple(int(v) for v in axes.at(*place)) for place in (start, end)]
                cv2.line(canvas, ends[0], ends[1], 255, thick, cv2.LINE_AA)
        strap = canvas.astype(np.float32) / 255
        cover(patch, draws.uniform(10, 245), strap * (patch.alpha > 0.3))
    cover(patch, cloth, fill(patch.pixels.shape, smooth(outline)))


def wear_cutout(patch: FacePatch, axes: FaceAxes, draws: Draws, cutout: np.ndarray) -> None:
    """A photographed mask ``(h, w, 2)``, grey times alpha and alpha, stretched over the lower face."""
    height, width = cutout.shape[:2]
    top, wide, chin = draws.uniform(0.1, 0.34), draws.uniform(0.85, 1.1), draws.uniform(1.02, 1.2)
    target = axes.places((-wide, top), (wide, top), (wide, chin), (-wide, chin)).astype(np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    warped = cv2.warpPerspective(cutout, cv2.getPerspectiveTransform(source, target), patch.pixels.shape[::-1], flags=cv2.INTER_AREA)
    alpha, light = warped[..., 1], draws.uniform(0.55, 1.05)
    cover(patch, np.where(alpha > 1e-3, warped[..., 0] / np.maximum(alpha, 1e-3) * light, 0), alpha)


def wear_glasses(patch: FacePatch, axes: FaceAxes, draws: Draws) -> None:
    """Dark glasses, or the rims of clear ones."""
    dark = draws.chance(0.65)
    eyes = patch.points[:2].astype(np.float64)
    between = max(float(np.linalg.norm(eyes[1] - eyes[0])), 1e-3)
    wide, tall = draws.uniform(0.34, 0.5) * between, draws.uniform(0.2, 0.42) * between
    power = draws.uniform(2, 6)  # from an ellipse to a rectangle
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    lens = np.stack(
        [np.sign(np.cos(angle)) * abs(np.cos(angle)) ** (2 / power), np.sign(np.sin(angle)) * abs(np.sin(angle)) ** (2 / power)], 1
    )
    lens = lens[:, :1] * axes.across * wide + lens[:, 1:] * axes.down * tall
    rim, glass = draws.uniform(0, 90), draws.uniform(0, 80)
    thick = max(1, round(between * draws.uniform(0.03, 0.1)))
    canvas = np.zeros(patch.pixels.shape, np.uint8)
    drop = axes.down * between * draws.uniform(-0.03, 0.12)
    for eye in eyes:
        outline = lens + eye + drop
        if dark:
            shine = glass + draws.uniform(0, 90) * draws.chance(0.3) * np.linspace(1, 0, len(patch.pixels), dtype=np.float32)[:, None]
            cover(patch, shine, fill(patch.pixels.shape, outline) * draws.uniform(0.85, 1.0))
        cv2.polylines(canvas, [np.round(outline).astype(np.int32)], True, 255, thick, cv2.LINE_AA)
    bridge = [tuple(int(v) for v in eye + drop + axes.across * wide * sign) for eye, sign in zip(eyes, (1, -1), strict=True)]
    cv2.line(canvas, bridge[0], bridge[1], 255, thick, cv2.LINE_AA)
    for eye, sign in zip(eyes, (-1, 1), strict=True):
        arm = [tuple(int(v) for v in place) for place in (eye + drop + axes.across * wide * sign, axes.at(sign * 1.1, 0.02))]
        cv2.line(canvas, arm[0], arm[1], 255, thick, cv2.LINE_AA)
    cover(patch, rim, canvas.astype(np.float32) / 255)


def wear_cap(patch: FacePatch, axes: FaceAxes, draws: Draws) -> None:
    """A cap, a hood or a fringe of hair: whatever covers the forehead."""
    low, high, wide = -draws.uniform(0.16, 0.5), -draws.uniform(0.95, 1.5), draws.uniform(1.0, 1.3)
    outline = axes.places(
        (-wide, low + 0.06),
        (0, low + draws.bell(0.05)),
        (wide, low + 0.06),
        (wide * 0.9, (low + high) / 2),
        (0, high),
        (-wide * 0.9, (low + high) / 2),
    )
    value = draws.pick((draws.uniform(5, 60), draws.uniform(20, 235)))
    cloth = np.full(patch.pixels.shape, value, np.float32)
    if draws.chance(0.5):
        cloth += cv2.resize(draws.array(24, 24) - 0.5, patch.pixels.shape[::-1], interpolation=cv2.INTER_LINEAR) * draws.uniform(5, 70)
    cover(patch, cloth, fill(patch.pixels.shape, smooth(outline)))
    if draws.chance(0.5):  # the brim
        brim = axes.places((-wide * 0.9, low - 0.02), (0, low - 0.1), (wide * 0.9, low - 0.02), (0, low + draws.uniform(0.04, 0.2)))
        cover(patch, value * draws.uniform(0.4, 1.2), fill(patch.pixels.shape, smooth(brim)))


def hold(patch: FacePatch, axes: FaceAxes, draws: Draws, cutouts: Sequence[np.ndarray]) -> None:
    """A hand, an object, a bar or a block somewhere before the face."""
    size = (axes.left + axes.right) * draws.uniform(0.35, 0.9)
    centre = axes.at(draws.uniform(-1.1, 1.1), draws.uniform(-0.3, 1.2))
    if cutouts and draws.chance(0.7):
        cutout = draws.pick(cutouts)
        height, width = cutout.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), draws.uniform(-180, 180), size / max(height, width))
        matrix[:, 2] += centre - (width / 2, height / 2)
        warped = cv2.warpAffine(cutout, matrix, patch.pixels.shape[::-1], flags=cv2.INTER_AREA)
        alpha = warped[..., 1]
        cover(patch, np.where(alpha > 1e-3, warped[..., 0] / np.maximum(alpha, 1e-3) * draws.uniform(0.5, 1.1), 0), alpha)
        return
    angle, ratio = draws.uniform(0, np.pi), draws.uniform(0.3, 1.5)
    u, v = np.array([np.cos(angle), np.sin(angle)]) * size / 2, np.array([-np.sin(angle), np.cos(angle)]) * size / 2 * ratio
    outline = centre + np.array([-u - v, u - v, u + v, -u + v])
    cover(patch, shaded(patch, axes, draws), fill(patch.pixels.shape, smooth(outline) if draws.chance(0.5) else outline))


def dress(patch: FacePatch, draws: Draws, masks: Sequence[np.ndarray] = (), objects: Sequence[np.ndarray] = (), share: float = 0.7) -> None:
    """Put things on a face, in place.

    Args:
        patch: the face.
        draws: random numbers.
        masks: photographed masks, ``(h, w, 2)`` float32: grey times alpha, and alpha.
        objects: what may be held before a face, in the same form.
        share: of the faces that get anything.
    """
    if not draws.chance(share):
        return
    axes = FaceAxes.of(patch.box, patch.points)
    things: list[tuple[float, Callable[[], None]]] = [
        (0.3, lambda: wear_cap(patch, axes, draws)),
        (0.25, lambda: wear_glasses(patch, axes, draws)),
        (
            0.45,
            lambda: wear_cutout(patch, axes, draws, draws.pick(masks)) if masks and draws.chance(0.3) else wear_mask(patch, axes, draws),
        ),
        (0.15, lambda: hold(patch, axes, draws, objects)),
    ]
    for chance, wear in things:
        if draws.chance(chance):
            wear()
