"""One drawn photograph of a face, with everything that is known of it."""

from dataclasses import dataclass

import cv2
import numpy as np

from . import brush
from .action_units import ActionUnits
from .backdrop import paint_background, paint_body, paint_ears
from .camera import Camera
from .draws import Draws
from .eyes import paint_eyes
from .folds import crease
from .hair import arrange_hair, paint_beard, paint_brows, paint_hair, paint_strands
from .mouth import NEUTRAL, paint_mouth, tint_lips
from .occluders import occlude
from .person import Person
from .pose import pose_face
from .regions import CLASS, parsing_map
from .scene import Scene
from .skin import shade

OVERSAMPLING = 2


@dataclass
class Portrait:
    """A picture and its labels."""

    image: np.ndarray
    """``(H, W, 3)`` uint8 RGB."""
    landmarks: np.ndarray
    """``(68, 2)`` float32, shares of width and height, 300-W order."""
    parsing: np.ndarray
    """``(H, W)`` uint8, LaPa's classes."""
    occlusion: np.ndarray
    """``(H, W)`` bool, True = occluded."""


def draw_portrait(
    person: Person, units: ActionUnits, camera: Camera, scene: Scene, size: int, noise: Draws, occluder: tuple[str, Draws] | None = None
) -> Portrait:
    """Draw a person.

    Args:
        person: who.
        units: what the face does.
        camera: how it is seen.
        scene: light and surroundings.
        size: pixels a side.
        noise: the sensor's noise.
        occluder: kind and looks of what is held before the face, if anything.
    """
    face = pose_face(person, units, camera)
    hair = arrange_hair(face)
    side = OVERSAMPLING * size
    grid = max(56, min(96, round(0.6 * size)))
    skin, light = shade(face, scene, grid)
    level = float(scene.ambient + (1.1 - scene.ambient) * 0.6)

    canvas = paint_background(scene, side)
    paint_hair(canvas, face, hair.behind, 0.62 * level)
    paint_body(canvas, face, scene, level)
    paint_ears(canvas, face, scene, level)
    head = np.zeros((side, side), np.uint8)
    brush.fill(head, face.outline, 255)
    cv2.copyTo(cv2.resize(skin, (side, side), interpolation=cv2.INTER_CUBIC), head, canvas)

    tint = np.full((side, side, 3), NEUTRAL, np.uint8)
    tint_lips(tint, face)
    canvas = cv2.multiply(canvas, cv2.GaussianBlur(tint, (3, 3), 0), scale=1 / NEUTRAL)
    taken = crease(face, side)
    canvas = cv2.multiply(canvas, cv2.merge([255 - (0.8 * taken).astype(np.uint8), 255 - taken, 255 - taken]), scale=1 / 255)
    paint_beard(canvas, face, level)
    paint_eyes(canvas, face, scene, light)
    paint_mouth(canvas, face, light)
    paint_brows(canvas, face, level)
    paint_hair(canvas, face, hair.front, level, hair.density)
    if hair.density == 1:
        paint_strands(canvas, face, hair.strands, scene.light)

    image = cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA)
    parsing = parsing_map(face, hair, None, size)
    occlusion = np.zeros((size, size), bool)
    if occluder is not None:
        occlusion = occlude(image, face, scene, *occluder)
        parsing[occlusion] = CLASS['background']
    return Portrait(develop(image, scene, noise), face.landmarks, parsing, occlusion)


def develop(image: np.ndarray, scene: Scene, noise: Draws) -> np.ndarray:
    """Exposure, colour cast and noise of the camera; every pixel by itself."""
    values = image.astype(np.float32) * (np.array(scene.light_tint, np.float32) * scene.exposure)
    if scene.grey > 0:
        grey = values @ np.array([0.299, 0.587, 0.114], np.float32)
        values += scene.grey * (grey[..., None] - values)
    np.clip(values, 0, 255, out=values)
    values = 255 * (values / 255) ** np.float32(scene.gamma)
    grain = noise.array(*image.shape)
    grain -= 0.5
    values += grain * (2 * scene.noise)
    return np.clip(values, 0, 255).astype(np.uint8)
