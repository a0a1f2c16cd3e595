"""Fits the shares from which regions of a face are called occluded, on faces with and without things put on them.

The occluded share of a region is a mean of scores of a network, which are too low on occluders unlike those of its training. What matters
for calling a region occluded is only where the shares of covered and of bare faces part. Masks, glasses, caps and objects are therefore put
on crops that were not trained on, in places that their landmarks give, so that the covered share of each region is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ofer.datasets.face_boxes import five_of_68
from ofer.datasets.face_sources import cutouts
from ofer.evaluation.calibration import fit_threshold
from ofer.faces.reading import read_photograph
from ofer.faces.whole_image import WholeImage
from ofer.files.archive import list_images
from ofer.inference.answering import Answering, FindLandmarks
from ofer.inference.recogniser import Recogniser
from ofer.inference.regions import REGIONS, THRESHOLD, region_areas
from ofer.inference.sources import Picture
from ofer.synthetic.crowd.patch import FaceAxes, FacePatch
from ofer.synthetic.crowd.wear import hold, wear_cap, wear_cutout, wear_glasses, wear_mask
from ofer.synthetic.draws import Draws

FEWEST = 20
"""Covered and bare faces that a region needs for a threshold of its own."""
_COVERED = 0.5  # share of a region from which a face counts as covered there
_FINE = 96  # pixels: side at which things are drawn


@dataclass(frozen=True)
class RegionThreshold:
    """Threshold of a region, and what it does on the faces that it was fitted to.

    Args:
        region: name.
        threshold: share from which the region is called occluded.
        covered: number of faces whose region is covered by half at least.
        hits: share of the covered faces that are called occluded.
        hits_before: the same at :data:`ofer.inference.regions.THRESHOLD`.
        false_alarms: share of the bare faces that are called occluded.
    """

    region: str
    threshold: float
    covered: int
    hits: float
    hits_before: float
    false_alarms: float


def fit_thresholds(
    recogniser: Recogniser, landmarks: FindLandmarks, faces: Sequence[np.ndarray], occluders: str | Path, false_alarms: float = 0.05
) -> list[RegionThreshold]:
    """Fit the threshold of every region.

    Args:
        recogniser: with a patch map.
        landmarks: finds the 68 points.
        faces: ``(H, W, 3)`` uint8 RGB crops as in the training, mostly bare, none of which was trained on.
        occluders: folder of cut-outs (RGBA) in folders, masks in its folder ``mask``.
        false_alarms: greatest share of the bare faces that may be called occluded.

    Returns:
        The regions for which there are enough covered faces.

    Raises:
        FileNotFoundError: there are no cut-outs.
        ValueError: no faces, or a recogniser without a patch map.
    """
    if not faces:
        raise ValueError('no faces to fit thresholds to')
    masks, objects = cutouts(str(occluders))
    answering = Answering(WholeImage(), recogniser, landmarks)
    bare = [_grey(face) for face in faces]
    plain = list(_results(answering, bare))
    if not plain[0].occlusion:
        raise ValueError('this model has no map of occluded patches, so that there are no regions to calibrate')
    dressed, true = [], []
    for index, (face, result) in enumerate(zip(bare, plain, strict=True)):
        image, cover = dress_face(face, result.landmarks, Draws(0, index), masks, objects)
        dressed.append(image)
        true.append(covered_shares(cover, result.landmarks))
    found = [result.occlusion for result in _results(answering, dressed)]
    fitted = []
    for region in REGIONS:
        clean = np.array([result.occlusion[region] for result in plain if region in result.occlusion])
        pairs = zip(found, true, strict=True)
        covered = np.array([one[region] for one, share in pairs if region in one and share.get(region, 0) >= _COVERED])
        if min(len(clean), len(covered)) >= FEWEST:
            threshold = min(fit_threshold(clean, covered, false_alarms), 1.0)
            shares = ((covered >= threshold).mean(), (covered >= THRESHOLD).mean(), (clean >= threshold).mean())
            fitted.append(RegionThreshold(region, threshold, len(covered), *map(float, shares)))
    return fitted


def dress_face(
    face: np.ndarray, landmarks: np.ndarray, draws: Draws, masks: Sequence[np.ndarray] = (), objects: Sequence[np.ndarray] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Put one thing on a face: a mask on half of the faces, else glasses, a cap or an object.

    Args:
        face: ``(H, W)`` uint8.
        landmarks: ``(68, 2)``, pixels.
        draws: random numbers.
        masks: photographed masks, see :func:`ofer.datasets.face_sources.cutouts`.
        objects: what may be held before a face, in the same form.

    Returns:
        The face with the thing, and its cover ``(H, W)`` float32 in [0, 1].
    """
    height, width = face.shape[:2]
    scale = max(1, -(-_FINE // min(height, width)))
    pixels = cv2.resize(face, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    points = (np.asarray(landmarks, np.float32) + 0.5) * scale - 0.5
    patch = FacePatch(pixels, np.zeros_like(pixels), np.concatenate([points.min(0), points.max(0)]), five_of_68(points))
    axes = FaceAxes.of(patch.box, patch.points)
    if draws.chance(0.5):
        if masks and draws.chance(0.5):
            wear_cutout(patch, axes, draws, draws.pick(masks))
        else:
            wear_mask(patch, axes, draws)
    else:
        kind = draws.pick(('glasses', 'cap', 'object'))
        if kind == 'glasses':
            wear_glasses(patch, axes, draws)
        elif kind == 'cap':
            wear_cap(patch, axes, draws)
        else:
            hold(patch, axes, draws, objects)
    image, cover = (cv2.resize(a, (width, height), interpolation=cv2.INTER_AREA) for a in (patch.pixels, patch.alpha))
    return image.round().clip(0, 255).astype(np.uint8), cover.clip(0, 1)


def covered_shares(cover: np.ndarray, landmarks: np.ndarray) -> dict[str, float]:
    """Covered share of each region that lies in the image.

    Args:
        cover: ``(H, W)`` in [0, 1].
        landmarks: ``(68, 2)``, pixels of the bare face.
    """
    grid = 48
    shares = (landmarks + 0.5) / cover.shape[::-1]
    cells = cv2.resize(cover, (grid, grid), interpolation=cv2.INTER_AREA)
    areas = {name: area for name, area in region_areas(shares, grid).items() if area.sum() > 0}
    return {name: float((area * cells).sum() / area.sum()) for name, area in areas.items()}


def read_crops(source: str | Path, number: int) -> list[np.ndarray]:
    """Some images of a folder or zip archive, the same ones each time.

    Args:
        source: folder or archive, searched with its folders.
        number: how many; all if there are fewer.

    Returns:
        Each ``(H, W, 3)`` uint8 RGB.

    Raises:
        FileNotFoundError: there is no such folder or archive.
        DamagedImageError: an image cannot be decoded.
    """
    names = list_images(source)
    chosen = sorted(Draws(0).permutation(len(names))[:number])
    return [read_photograph(f'{source}/{names[index]}')[0] for index in chosen]


def _results(answering: Answering, faces: Sequence[np.ndarray]) -> Iterator[Any]:
    """The result of each grey crop."""
    for _, results in answering(Picture(str(i), np.repeat(face[..., None], 3, 2)) for i, face in enumerate(faces)):
        yield results[0]


def _grey(face: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)
