"""The drawn occluders of SyntheticFaces for any face: masks, sunglasses, hands, hair, cups, shapes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from mmcv.transforms import BaseTransform

from ofer.datasets.transforms.image_draws import image_draws
from ofer.datasets.transforms.mark_occlusion import mark_occlusion
from ofer.registry import TRANSFORMS
from ofer.synthetic import (
    OCCLUDERS,
    Camera,
    Draws,
    build_head,
    express,
    fit_camera,
    occlude,
    pose_face,
    rotation,
    sample_person,
    sample_scene,
)

_CHEEKS = np.array([(s * u, v) for s in (-1, 1) for u in (0.35, 0.5) for v in (0.25, 0.35, 0.45)], np.float32)


def draw_occluder(
    img: np.ndarray, kind: str, draws: Draws, landmarks: np.ndarray | None, face: tuple[float, float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Draw an occluder over a face.

    Args:
        img: ``(H, W, 3)`` uint8 RGB.
        kind: one of ``OCCLUDERS``.
        draws: random numbers for its appearance and place.
        landmarks: ``(68, 2)``, shares of width and height, 300-W order; None if they are unknown.
        face: place of the face then: x and y of its middle (above the tip of the nose) as shares of width and height, and half its width
            as share of the shorter side.

    Returns:
        The new image, and ``(H, W)`` bool, True = occluded; no other pixel is changed.
    """
    height, width = img.shape[:2]
    side = max(height, width)  # only square pictures can be drawn
    square = np.zeros((side, side, 3), np.uint8)
    square[:height, :width] = img
    share = np.array([width, height]) / side
    head = build_head(sample_person(draws), express('neutral', 0.0, draws))
    if landmarks is not None:
        camera = fit_camera(head, landmarks * share)
    else:
        middle = (face[0] * float(share[0]), face[1] * float(share[1]))
        camera = Camera(rotation(0, 0, 0), face[2] * min(height, width) / side, middle)
    posed = pose_face(head, camera)
    points = np.clip(posed.place(_CHEEKS) * side, 0, (width - 1, height - 1)).astype(int)  # the hand belongs to the same person
    red, green, blue = np.median(img[points[:, 1], points[:, 0]], axis=0).tolist()
    posed.person = replace(head.person, skin=(red, green, blue))
    mask = occlude(square, posed, sample_scene(draws), kind, draws)
    return square[:height, :width], mask[:height, :width]


@TRANSFORMS.register_module()
class DrawOccluders(BaseTransform):
    """Draw an occluder over the face and mark it in ``gt_occlusion`` ``(H, W)`` bool, True = occluded.

    The place of the face is given by ``gt_landmarks``, or by ``face`` if there are none. ``gt_parsing``, if it exists, becomes
    background under the occluder. The occluder is coloured on a grey image too; ``RandomGrayscale`` after it, with
    ``channel_weights=(1, 2, 1)``, removes this difference and does not change grey pixels.

    Args:
        kinds: kinds of occluders, out of ``mask``, ``sunglasses``, ``hand``, ``hair``, ``cup`` and ``shape``: train a detector on some and
            test it on the others.
        prob: share of the images with an occluder.
        face: place of the face without landmarks: x and y of its middle (above the tip of the nose) as shares of width and height, and half
            its width as share of the shorter side. The default is SyntheticFaces' own.
        seed: see :func:`image_draws`.

    Raises:
        ValueError: an unknown kind.
    """

    DENSE_LABELS = ('gt_occlusion', 'gt_image')

    def __init__(
        self,
        kinds: Sequence[str] = tuple(OCCLUDERS),
        prob: float = 1.0,
        face: tuple[float, float, float] = (0.5, 0.455, 0.315),
        seed: int | None = None,
    ) -> None:
        if not kinds or not set(kinds) <= set(OCCLUDERS):
            raise ValueError(f'kinds={tuple(kinds)}: expected some of {", ".join(OCCLUDERS)}')
        self.kinds, self.prob, self.face, self.seed = tuple(kinds), prob, face, seed

    def transform(self, results: dict) -> dict:
        draws = image_draws(self.seed, results, 'DrawOccluders')
        if not draws.chance(self.prob):
            return mark_occlusion(results, results['img'], np.zeros(results['img'].shape[:2], dtype=bool))
        kind = draws.pick(self.kinds)
        return mark_occlusion(results, *draw_occluder(results['img'], kind, draws, results.get('gt_landmarks'), self.face))

    def __repr__(self) -> str:
        return f'DrawOccluders(kinds={self.kinds}, prob={self.prob}, face={self.face}, seed={self.seed})'
