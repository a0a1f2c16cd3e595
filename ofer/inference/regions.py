"""Occluded parts of a face: the patch map, summed over regions given by landmarks."""

from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np

REGIONS = ('brows', 'eyes', 'nose', 'mouth', 'left_half', 'right_half', 'lower_face')
"""Regions that are reported; left and right are the person's. The lower face reaches from the nose tip to the chin."""

THRESHOLD = 0.5
"""Occluded share from which a region is called occluded if the network has no calibrated threshold."""

_SAMPLES = 4  # a patch is sampled at this many points a side
_SHIFT = 4  # sub-pixel bits of OpenCV's polygon coordinates
_EYES = (slice(36, 42), slice(42, 48))
_BROWS = (slice(17, 22), slice(22, 27))


def region_areas(landmarks: np.ndarray, grid: int) -> dict[str, np.ndarray]:
    """Share of each patch that belongs to each region.

    Args:
        landmarks: ``(68, 2)``, x and y as shares of the crop's width and height, 300-W order; may lie outside.
        grid: patches a side.

    Returns:
        ``(grid, grid)`` float32 in [0, 1] for ``'face'`` and each of :data:`REGIONS`.

    Raises:
        ValueError: ``landmarks`` of another shape, or not finite.
    """
    masks = region_masks(landmarks, grid * _SAMPLES)
    return {name: _area_of_patches(masks[name], grid) for name in ('face', *REGIONS)}


def region_masks(landmarks: np.ndarray, side: int) -> dict[str, np.ndarray]:
    """Pixels of each region.

    The forehead, which has no landmarks, reaches as far above the brows as two thirds of the distance from brows to nose. The eye band is
    what sunglasses cover: the eyes and the bridge of the nose, as wide as the face at the eyes.

    Args:
        landmarks: ``(68, 2)``, x and y as shares of the crop's width and height, 300-W order; may lie outside.
        side: height and width of the crop, pixels.

    Returns:
        ``(side, side)`` bool for ``'face'``, ``'eye_band'`` and each of :data:`REGIONS`.

    Raises:
        ValueError: ``landmarks`` of another shape, or not finite.
    """
    if landmarks.shape != (68, 2) or not np.isfinite(landmarks).all():
        raise ValueError(f'landmarks must be (68, 2) and finite, got {landmarks.shape}')
    points = np.clip(landmarks, -2, 3).astype(np.float64) * side
    eyes = [points[eye].mean(0) for eye in _EYES]
    between = eyes[1] - eyes[0]
    distance = max(float(np.linalg.norm(between)), 1e-3)
    up = (points[17:27].mean(0) - points[33]) * 2 / 3
    face = _drawn([np.concatenate([points[:17], points[26:16:-1] + up])], side)
    down = np.array([-between[1], between[0]])
    ends = np.stack([points[0], points[16]])  # the outline beside the eyes
    ends += (np.mean(eyes, 0) - ends.mean(0)) @ down / max(float(down @ down), 1e-6) * down  # at the height of the eyes
    masks = {
        'face': face,
        'brows': _drawn([points[brow] for brow in _BROWS], side, 0.18 * distance, closed=False),
        'eyes': _drawn([points[eye] for eye in _EYES], side, 0.2 * distance),
        'eye_band': _drawn([np.concatenate([ends - 0.3 * down, (ends + 0.3 * down)[::-1]])], side),
        'nose': _drawn([points[[27, 31, 32, 33, 34, 35]]], side),
        'mouth': _drawn([points[48:60]], side, 0.1 * distance),
    }
    xy = _centres(side)
    axis = points[8] - points[27]  # from the nose bridge to the chin
    across = np.array([axis[1], -axis[0]])
    leftwards = (xy - points[27]) @ (across if across @ between >= 0 else -across)
    masks['left_half'], masks['right_half'] = face & (leftwards > 0), face & (leftwards <= 0)
    masks['lower_face'] = face & ((xy - points[30]) @ down > 0)
    return masks


def occluded_shares(patch_map: np.ndarray, landmarks: np.ndarray | None) -> tuple[float, dict[str, float]]:
    """Occluded share of the face and of its regions.

    Args:
        patch_map: ``(grid, grid)`` float in [0, 1], 1 = occluded.
        landmarks: ``(68, 2)``, shares of the crop's width and height; None: the whole crop is the face, and no region is known.

    Returns:
        Share of the face's area, and of each region that lies in the crop, in [0, 1].

    >>> import numpy as np
    >>> occluded_shares(np.eye(2), None)
    (0.5, {})
    """
    if landmarks is None:
        return float(patch_map.mean()), {}
    shares = {}
    for name, area in region_areas(landmarks, len(patch_map)).items():
        total = float(area.sum())
        if total > 0:
            shares[name] = float((area * patch_map).sum() / total)
    whole = shares.pop('face', float(patch_map.mean()))
    return whole, shares


def occluded_regions(shares: Mapping[str, float], thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """Names of the regions that are called occluded, most occluded first.

    Args:
        shares: occluded share of each region.
        thresholds: share from which a region is called occluded; :data:`THRESHOLD` for regions without one. ``ofer calibrate`` fits
            them to a network.

    >>> occluded_regions({'mouth': 0.9, 'eyes': 0.1, 'nose': 0.6}, {'nose': 0.7})
    ('mouth',)
    """
    called = (name for name, share in shares.items() if share >= thresholds.get(name, THRESHOLD))
    return tuple(sorted(called, key=lambda name: -shares[name]))


def _fixed(polygon: np.ndarray) -> np.ndarray:
    return np.round((polygon - 0.5) * 2**_SHIFT).astype(np.int32)


def _drawn(shapes: list[np.ndarray], side: int, stroke: float = 0.0, closed: bool = True) -> np.ndarray:
    """Polygons or lines, drawn with a pen of a width in samples."""
    mask = np.zeros((side, side), np.uint8)
    fixed = [_fixed(shape) for shape in shapes]
    if closed:
        for polygon in fixed:
            cv2.fillPoly(mask, [polygon], 1, shift=_SHIFT)
    if stroke > 0:
        cv2.polylines(mask, fixed, closed, 1, max(1, round(stroke)), shift=_SHIFT)
    return mask > 0


@cache
def _centres(side: int) -> np.ndarray:
    """``(side, side, 2)``: x and y of each sample's centre."""
    x, y = np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5)
    return np.stack([x, y], -1)


def _area_of_patches(mask: np.ndarray, grid: int) -> np.ndarray:
    return mask.reshape(grid, _SAMPLES, grid, _SAMPLES).mean((1, 3), dtype=np.float32)
