"""Pasting a restored face into its photo."""

from typing import Any

import cv2
import numpy as np

from ofer.inference.face_result import FaceResult

_FEATHER = 0.2  # of a patch: width over which the repainted places fade into the photo


def check_restores(recogniser: Any) -> None:
    """Check that a recogniser repaints faces, by its answer for a grey crop.

    Args:
        recogniser: :class:`ofer.inference.recogniser.Recogniser`, or that of an exported file.

    Raises:
        ValueError: it does not.
    """
    crop = np.full((recogniser.aligner.size, recogniser.aligner.size, 3), 127, np.uint8)
    if recogniser([crop])[0].restored is None:
        raise ValueError('this model repaints nothing: choose one that does, such as latent_ofer_*')


def paste_restored(image: np.ndarray, result: FaceResult) -> np.ndarray:
    """The photo with the occluded parts of one face repainted.

    Only flagged patches are taken from the restored face, which has the size of the model's input; everything else stays as sharp as it
    was.

    Args:
        image: ``(H, W, 3)`` uint8 RGB.
        result: of that image, with ``restored``, ``patch_map`` and ``corners``.

    Returns:
        A copy of the image.

    Raises:
        ValueError: the result lacks one of these.
    """
    if result.restored is None or result.patch_map is None or result.corners is None:
        raise ValueError('the result has no restored face: use a model that repaints, such as latent_ofer_*')
    height, width = image.shape[:2]
    size, grid = len(result.restored), len(result.patch_map)
    flags = (result.patch_map > 0.5).astype(np.float32)
    opacity = cv2.resize(flags, (size, size), interpolation=cv2.INTER_NEAREST)
    blur = _FEATHER * size / grid
    opacity = np.minimum(1.0, 2 * cv2.GaussianBlur(opacity, (0, 0), max(blur, 1e-3), borderType=cv2.BORDER_REPLICATE))
    outer = np.array([[-0.5, -0.5], [size - 0.5, -0.5], [size - 0.5, size - 0.5]], np.float32)
    matrix = cv2.getAffineTransform(outer, result.corners[:3].astype(np.float32))
    face = cv2.warpAffine(result.restored, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpAffine(opacity, matrix, (width, height), flags=cv2.INTER_LINEAR)[..., None]
    return (image * (1 - share) + face * share).round().astype(np.uint8)


def restored_photo(image: np.ndarray, results: list[FaceResult]) -> np.ndarray:
    """The photo with all of its faces restored, those that have nothing to repaint as they are."""
    for result in results:
        if result.restored is not None and result.patch_map is not None and (result.patch_map > 0.5).any():
            image = paste_restored(image, result)
    return image
