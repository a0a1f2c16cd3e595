"""Sources of the faces of composed scenes: crops of faces, whole portraits, drawn persons."""

import os

import cv2
import numpy as np

from ofer.datasets.face_boxes import FaceBox, five_of_68, read_face_boxes
from ofer.datasets.synthetic_faces import SyntheticFaces
from ofer.datasets.transforms.load_face import decode_rgb
from ofer.datasets.transforms.paste_occluders import load_cutout
from ofer.files.archive import list_images, read_bytes
from ofer.synthetic.crowd import FacePatch
from ofer.synthetic.draws import Draws

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)

BELOW_THE_EYES = 0.643
"""Share of a detector's box below the eyes: YuNet's mean on FER2013's test faces."""

Labelled = tuple[np.ndarray, FaceBox]
"""A grey picture ``(h, w)`` uint8 and its face."""


def labelled_faces(images: str, boxes: str, score: float = 0.7, longest: int = 256) -> list[Labelled]:
    """Pictures with one face each, from a folder or archive.

    Args:
        images: folder or archive.
        boxes: file of their face boxes; pictures with more than one face are skipped.
        score: labels with a lower score are skipped.
        longest: maximum length of the longer side; larger pictures are reduced, pixels.

    Raises:
        FileNotFoundError: the images or the boxes are missing.
        ValueError: no picture is left.
    """
    by_file: dict[str, list[FaceBox]] = {}
    for face in read_face_boxes(boxes):
        by_file.setdefault(face.file, []).append(face)
    present = set(list_images(images))
    found: list[Labelled] = []
    for file, faces in by_file.items():
        if file in present and len(faces) == 1 and faces[0].score >= score:
            path = f'{images}/{file}'
            grey = cv2.cvtColor(decode_rgb(read_bytes(path), path), cv2.COLOR_RGB2GRAY)
            found.append(_reduced(grey, faces[0], min(1.0, longest / max(grey.shape))))
    if not found:
        raise ValueError(f'{boxes}: no picture of {images} has one face with a score of at least {score}. Do the files belong together?')
    return found


def _reduced(grey: np.ndarray, face: FaceBox, scale: float) -> Labelled:
    if scale == 1:
        return grey, face
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return grey, FaceBox(face.file, (face.box + 0.5) * scale - 0.5, face.score, (face.points + 0.5) * scale - 0.5)


def cutouts(folder: str) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Masks (the files in a folder ``mask``) and other objects, each ``(h, w, 2)`` float32: grey times alpha, and alpha.

    Args:
        folder: RGBA pictures, sorted into folders.

    Raises:
        FileNotFoundError: there are no pictures.
    """
    masks: list[np.ndarray] = []
    objects: list[np.ndarray] = []
    names = list_images(folder) if os.path.isdir(folder) else []
    if not names:
        raise FileNotFoundError(f'{folder}: no pictures of occluders there. Give a folder of PNG files with transparency.')
    for name in names:
        rgba = load_cutout(os.path.join(folder, name))
        scale = min(1.0, 128 / max(rgba.shape[:2]))
        rgba = cv2.resize(rgba, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        (masks if name.startswith('mask/') else objects).append(np.stack([rgba[..., :3] @ _LUMA, rgba[..., 3]], -1))
    return masks, objects


def crop_patch(crop: Labelled, draws: Draws) -> FacePatch:
    """A tight crop of a face that fades out at its border or beyond it."""
    grey, face = crop
    grey = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    side, around = max(grey.shape), max(grey.shape) // 3
    pixels = cv2.copyMakeBorder(grey, *(around,) * 4, draws.pick((cv2.BORDER_REFLECT_101, cv2.BORDER_REPLICATE), (0.4, 0.6))).astype(
        np.float32
    )
    box, points = ((value + 0.5) * 2 - 0.5 + around for value in (face.box, face.points))
    if draws.chance(0.12):  # a picture of a face, e.g. on a poster
        alpha = np.zeros_like(pixels)
        alpha[around:-around, around:-around] = 1
    else:
        alpha = _fading(pixels.shape, box, draws.uniform(0.62, 0.95) * side, draws.uniform(0.04, 0.25) * side, draws.uniform(2, 8))
    return FacePatch(pixels, alpha, box.astype(np.float32), points.astype(np.float32))


def _fading(shape: tuple[int, ...], box: np.ndarray, extent: float, fade: float, power: float) -> np.ndarray:
    """1 inside a superellipse around the box, falling to 0 over ``fade`` pixels."""
    rows, columns = np.arange(shape[0], dtype=np.float32)[:, None], np.arange(shape[1], dtype=np.float32)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    half_x, half_y = max(float(box[2] - box[0]) * 0.55, extent * 0.4), max(float(box[3] - box[1]) * 0.55, extent * 0.45)
    radius = (np.abs((columns - x) / half_x) ** power + np.abs((rows - y) / half_y) ** power) ** (1 / power)
    return np.clip(0.5 + (1 - radius) * (half_x + half_y) / 2 / fade, 0, 1)


def portrait_patch(portrait: Labelled, draws: Draws, other: Labelled | None = None) -> FacePatch:
    """A person with the original background, possibly with another face."""
    grey, face = portrait
    pixels = grey.astype(np.float32)
    if other is not None:
        pixels = exchanged(pixels, face, other, draws)
    fade = int(draws.uniform(1, 0.12 * max(grey.shape)))
    ramp = [np.minimum(1, np.minimum(np.arange(n), np.arange(n)[::-1]) / fade) for n in grey.shape]
    return FacePatch(pixels, (ramp[0][:, None] * ramp[1]).astype(np.float32), face.box.copy(), face.points.copy())


def exchanged(pixels: np.ndarray, face: FaceBox, other: Labelled, draws: Draws) -> np.ndarray:
    """The portrait ``(h, w)`` with its face replaced by the other one, adapted to its brightness."""
    grey, source = other
    matrix, _ = cv2.estimateAffinePartial2D(source.points, face.points, method=cv2.LMEDS)
    if matrix is None:
        return pixels
    inner = _fading(grey.shape, source.box, 0.0, draws.uniform(0.15, 0.4) * float(source.box[2] - source.box[0]), 2.5)
    edge = np.clip(np.minimum.outer(*(np.minimum(np.arange(n), np.arange(n)[::-1]) / 3 for n in grey.shape)), 0, 1)
    alpha, moved = (cv2.warpAffine(a.astype(np.float32), matrix, pixels.shape[::-1], flags=cv2.INTER_LINEAR) for a in (inner * edge, grey))
    here = alpha > 0.5
    if not here.any():
        return pixels
    gain = np.clip(pixels[here].std() / max(moved[here].std(), 1), 0.5, 2)
    moved = (moved - moved[here].mean()) * gain + pixels[here].mean()
    return pixels + (moved - pixels) * alpha


def drawn_faces(count: int, split: str, seed: int, size: int = 112) -> list[Labelled]:
    """Drawn people with hair and neck, ``(size, size)`` pixels."""
    drawings = SyntheticFaces(split=split, size=size, length=count, seed=seed, lazy_init=True)
    found = []
    for index in range(count):
        item = drawings.draw(index)
        landmarks = item['gt_landmarks'] * size - 0.5
        points = five_of_68(landmarks)
        (left, _), (right, chin) = landmarks.min(0), landmarks.max(0)
        top = chin - (chin - points[:2, 1].mean()) / BELOW_THE_EYES
        face = FaceBox(item['img_path'], np.array([left, top, right, chin], np.float32), 1.0, points.astype(np.float32))
        found.append((cv2.cvtColor(item['img'], cv2.COLOR_RGB2GRAY), face))
    return found
