"""What a camera and a file make of a scene, in grey."""

import cv2
import numpy as np

from ofer.synthetic.draws import Draws


def photograph(scene: np.ndarray, draws: Draws) -> np.ndarray:
    """Light, contrast, blur, coarse pixels, noise and JPEG, each in part of the scenes.

    Args:
        scene: ``(h, w)`` float32, grey in [0, 255].
        draws: random numbers.

    Returns:
        ``(h, w)`` uint8.
    """
    height, width = scene.shape
    image = np.clip(scene, 0, 255) / 255
    if draws.chance(0.5):
        image = image ** np.exp(draws.bell(0.35)).astype(np.float32)
    if draws.chance(0.6):
        image = (image - 0.5) * draws.uniform(0.45, 1.3) + 0.5 + draws.bell(0.1)
    if draws.chance(0.3):
        rows, columns = np.mgrid[:height, :width].astype(np.float32) / max(height, width) - 0.5
        image = image * (1 + draws.bell(0.5) * rows + draws.bell(0.5) * columns)
    if draws.chance(0.25):
        factor = draws.uniform(1.2, 2.6)
        small = cv2.resize(image, (max(1, int(width / factor)), max(1, int(height / factor))), interpolation=cv2.INTER_AREA)
        image = cv2.resize(small, (width, height), interpolation=draws.pick((cv2.INTER_LINEAR, cv2.INTER_CUBIC)))
    elif draws.chance(0.3):
        image = cv2.GaussianBlur(image, (0, 0), draws.uniform(0.4, 1.6))
    if draws.chance(0.5):
        image = image + (draws.array(height, width) - 0.5) * draws.uniform(0, 0.14)
    coded = np.clip(image * 255 + 0.5, 0, 255).astype(np.uint8)
    if draws.chance(0.3):
        _, content = cv2.imencode('.jpg', coded, [cv2.IMWRITE_JPEG_QUALITY, int(draws.uniform(25, 90))])
        coded = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    return coded
