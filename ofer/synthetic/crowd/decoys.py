"""Things that are no faces and that a detector takes for some: heads without features, and masks, hands and objects that nobody wears."""

from collections.abc import Sequence

import cv2
import numpy as np

from ofer.synthetic.crowd.composition import stand_behind
from ofer.synthetic.crowd.wear import fill, smooth
from ofer.synthetic.draws import Draws

_POINTS = np.array([[0.3, 0.36], [0.7, 0.36], [0.5, 0.57], [0.34, 0.74], [0.66, 0.74]])


def scatter(scene: np.ndarray, draws: Draws, cutouts: Sequence[np.ndarray] = ()) -> None:
    """Put one to four of them into a scene ``(h, w)`` float32, in place.

    Args:
        scene: grey in [0, 255].
        draws: random numbers.
        cutouts: masks, hands and objects, ``(h, w, 2)`` float32: grey times alpha, and alpha.
    """
    extent = scene.shape[0]
    for _ in range(int(draws.uniform(1, 5))):
        size, place = draws.uniform(0.06, 0.6) * extent, draws.array(2) * extent
        if cutouts and draws.chance(0.6):
            cutout = draws.pick(cutouts)
            height, width = cutout.shape[:2]
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), draws.bell(40), size / max(height, width))
            matrix[:, 2] += place - (width / 2, height / 2)
            warped = cv2.warpAffine(cutout, matrix, (extent, extent), flags=cv2.INTER_AREA)
            scene += warped[..., 0] * draws.uniform(0.4, 1.1) - scene * warped[..., 1]
        else:
            side = np.array([0.8, 1.0]) * size
            box = np.concatenate([place, place + side])
            points = _POINTS * side + place
            stand_behind(scene, box, points, draws)
            outline = np.array([[0, 0.4], [0.12, 0.05], [0.5, -0.05], [0.88, 0.05], [1, 0.4], [0.85, 0.85], [0.5, 1.02], [0.15, 0.85]])
            cover = fill(scene.shape, smooth(outline * side + place))
            scene += (draws.uniform(10, 240) - scene) * cover
