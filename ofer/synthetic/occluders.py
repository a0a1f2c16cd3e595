"""Drawn occluders, each with the mask of the pixels that it covers.

An occluder is drawn on its own layer and blended over the finished picture, so it changes no pixel outside its mask.
"""

from collections.abc import Callable

import cv2
import numpy as np

from .draws import Draws
from .held import paint_cup, paint_hand, paint_shape
from .layer import Layer
from .pose import PosedFace
from .scene import Scene
from .worn import paint_hair_lock, paint_mask, paint_sunglasses

OVERSAMPLING = 2
FAINTEST = 0.2
"""Pixels of which less than this share is covered are left alone, and are no part of the mask."""

OCCLUDERS: dict[str, Callable[[Layer, PosedFace, Draws], None]] = {
    'mask': paint_mask,
    'sunglasses': paint_sunglasses,
    'hand': paint_hand,
    'hair': paint_hair_lock,
    'cup': paint_cup,
    'shape': paint_shape,
}


def occlude(image: np.ndarray, face: PosedFace, scene: Scene, kind: str, draws: Draws) -> np.ndarray:
    """Blend an occluder over a picture, in place.

    Args:
        image: ``(H, W, 3)`` uint8 RGB.
        face: the occluded face.
        scene: its light.
        kind: one of :data:`OCCLUDERS`.
        draws: random source of its appearance and position.

    Returns:
        ``(H, W)`` bool, True = occluded; no other pixel is changed.
    """
    size = len(image)
    side = OVERSAMPLING * size
    layer = Layer(np.zeros((side, side, 3), np.uint8), np.zeros((side, side), np.uint8))
    OCCLUDERS[kind](layer, face, draws)
    ramp = np.linspace(-1, 1, size, dtype=np.float32)
    light = 0.95 + 0.16 * (scene.light[0] * ramp[None, :] + scene.light[1] * ramp[:, None])
    cover = cv2.resize(layer.cover, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    cover[cover < FAINTEST] = 0
    colour = cv2.resize(layer.colour, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32)
    # Where a pixel is covered in part, its mean colour holds black from beside the occluder.
    colour *= (light / np.maximum(cover, FAINTEST))[..., None]
    mixed = image * (1 - cover[..., None]) + np.minimum(colour, 255) * cover[..., None]
    mask = cover > 0
    image[mask] = mixed[mask].astype(np.uint8)
    return mask
