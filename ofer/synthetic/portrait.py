"""One drawn photograph of a face, with its labels."""

from dataclasses import dataclass

import cv2
import numpy as np

from . import brush
from .action_units import ActionUnits
from .backdrop import paint_background, paint_body
from .camera import Camera
from .draws import Draws
from .eyes import paint_eyes
from .facial_hair import paint_beard, paint_brows
from .hair import arrange_hair
from .hair_texture import cut_out, hair_picture, strand_map
from .mouth import NEUTRAL, paint_mouth, tint_lips
from .occluders import occlude
from .person import Person
from .pose import build_head, pose_face
from .regions import CLASS, parsing_map
from .scene import Scene
from .skin import shade
from .wrinkles import crease

OVERSAMPLING = 2
DENSITY = {'buzz': 0.7, 'receding': 0.9}
"""How much of the skin under it a style hides, where that is not all."""


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
        person: the person.
        units: action units of the face.
        camera: pose and projection.
        scene: light and surroundings.
        size: pixels a side.
        noise: the sensor's noise.
        occluder: kind and random source of the occluder; None draws none.
    """
    face = pose_face(build_head(person, units), camera)
    hair = arrange_hair(face)
    side = OVERSAMPLING * size
    skin, light = shade(face, scene, max(48, min(96, size // 2)))
    level = float(scene.ambient + (1.1 - scene.ambient) * 0.6)

    strands = strand_map(face, hair, size)
    tresses = hair_picture(face, hair, scene, strands)
    canvas = paint_background(scene, size)  # the background may be coarse: it is out of focus
    if hair.behind:
        brush.overlay(canvas, cv2.convertScaleAbs(tresses, alpha=0.55), cut_out(hair.behind, strands, 1.0))
    body = paint_body(canvas, face, scene, level)
    canvas = cv2.resize(canvas, (side, side), interpolation=cv2.INTER_LINEAR)
    covered = cut_out(hair.front, cv2.resize(strands, (side, side)), DENSITY.get(person.hair_style, 1.0))
    head = np.zeros((side, side), np.uint8)
    brush.fill(head, face.outline, 255)
    cv2.copyTo(cv2.resize(skin, (side, side), interpolation=cv2.INTER_CUBIC), head, canvas)

    tint = np.full((side, side, 3), NEUTRAL, np.uint8)
    tint_lips(tint, face)
    canvas = cv2.multiply(canvas, cv2.GaussianBlur(tint, (3, 3), 0), scale=1 / NEUTRAL)
    taken = cv2.max(crease(face, side), _cast_shadow(covered, scene, head))
    canvas = cv2.multiply(canvas, cv2.merge([255 - cv2.convertScaleAbs(taken, alpha=0.8), 255 - taken, 255 - taken]), scale=1 / 255)
    paint_beard(canvas, face, level)
    paint_eyes(canvas, face, scene, light)
    paint_mouth(canvas, face, light)
    paint_brows(canvas, face, level)
    brush.overlay(canvas, cv2.resize(tresses, (side, side)), covered)

    image = cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA)
    if scene.blur * size > 0.3:
        image = cv2.GaussianBlur(image, (0, 0), scene.blur * size)
    parsing = parsing_map(face, hair, body, size)
    occlusion = np.zeros((size, size), bool)
    if occluder is not None:
        occlusion = occlude(image, face, scene, *occluder)
        parsing[occlusion] = CLASS['background']
    return Portrait(develop(image, scene, noise), face.landmarks, parsing, occlusion)


def _cast_shadow(cover: np.ndarray, scene: Scene, head: np.ndarray) -> np.ndarray:
    """Light that the shadow of the hair takes from the skin, ``(S, S)`` uint8."""
    size = len(cover)
    small = cv2.resize(cover, (size // 4, size // 4), interpolation=cv2.INTER_AREA)
    shift = np.array([[1, 0, -0.012 * size / 4 * scene.light[0]], [0, 1, 0.02 * size / 4]], np.float32)
    small = cv2.blur(cv2.warpAffine(small, shift, small.shape[::-1]), (5, 5))
    return cv2.bitwise_and(cv2.convertScaleAbs(cv2.resize(small, (size, size)), alpha=0.42), head)


def develop(image: np.ndarray, scene: Scene, noise: Draws) -> np.ndarray:
    """Exposure, colour cast and noise of the camera; every pixel by itself."""
    levels = np.arange(256)[:, None] * (np.array(scene.light_tint) * scene.exposure) / 255
    curve = np.rint(255 * np.clip(levels, 0, 1) ** scene.gamma).astype(np.uint8)
    grey = np.tile([0.299, 0.587, 0.114], (3, 1))
    image = cv2.transform(cv2.LUT(image, curve[None]), (1 - scene.grey) * np.eye(3) + scene.grey * grey)
    grain = noise.array(*image.shape)
    grain -= 0.5
    return cv2.addWeighted(image, 1, grain, 2 * scene.noise, 0.5, dtype=cv2.CV_8U)
