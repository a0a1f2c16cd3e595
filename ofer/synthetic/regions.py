"""The parsing map: LaPa's 11 classes, drawn from the same lines as the picture."""

import numpy as np

from ofer.categories import PARSING_CLASSES

from . import brush
from .hair import Hair
from .mouth import CLOSED, mouth_gap
from .pose import PosedFace

CLASS = {name: number for number, name in enumerate(PARSING_CLASSES)}


def parsing_map(face: PosedFace, hair: Hair, body: list[np.ndarray], size: int) -> np.ndarray:
    """Class of every pixel, ``(size, size)`` uint8. Ears, neck and clothes (``body``) are background; sides are the person's own."""
    points = face.points
    classes = np.zeros((size, size), np.uint8)
    for polygon in hair.behind:
        brush.fill(classes, polygon, CLASS['hair'])
    for polygon in body if hair.behind else ():
        brush.fill(classes, polygon, CLASS['background'])
    brush.fill(classes, face.outline, CLASS['face'])
    for image_side, own_side in (('left', 'right'), ('right', 'left')):
        brush.fill(classes, points[f'brow_area_{image_side}'], CLASS[f'{own_side}_brow'])
        eye = np.concatenate([points[f'lid_upper_{image_side}'], points[f'lid_lower_{image_side}'][::-1]])
        brush.fill(classes, eye, CLASS[f'{own_side}_eye'])
    brush.fill(classes, points['nose'], CLASS['nose'])
    brush.fill(classes, np.concatenate([points['mouth_bottom'], points['lip_bottom'][::-1]]), CLASS['lower_lip'])
    brush.fill(classes, np.concatenate([points['lip_top'], points['mouth_top'][::-1]]), CLASS['upper_lip'])
    if mouth_gap(face) >= CLOSED:
        brush.fill(classes, np.concatenate([points['mouth_top'], points['mouth_bottom'][::-1]]), CLASS['inner_mouth'])
    for polygon in hair.front:
        brush.fill(classes, polygon, CLASS['hair'])
    return classes
