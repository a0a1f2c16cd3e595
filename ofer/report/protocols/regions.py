"""Facial regions, placed by the landmarks of each face."""

from functools import partial

import numpy as np

from ofer.inference.regions import region_masks
from ofer.report.protocols.base import Batch, Condition, Occluded
from ofer.report.protocols.fills import fill

REGION_NAMES = ('eyes', 'brows', 'nose', 'mouth', 'left_half', 'right_half', 'lower_face', 'eye_band')
"""See :func:`ofer.inference.regions.region_masks`; left and right are the person's. ``lower_face`` is what a face mask covers, ``eye_band``
what sunglasses cover."""


def cover_region(batch: Batch, region: str, kind: str, seed: int) -> Occluded:
    """Cover a region of every face.

    Args:
        batch: the faces, with landmarks.
        region: one of :data:`REGION_NAMES`.
        kind: of the fill.
        seed: of noise.
    """
    assert batch.landmarks is not None
    side = batch.images.shape[1]
    covered = np.stack([region_masks(points, side)[region] for points in batch.landmarks])
    return Occluded(fill(batch.images, covered, kind, batch.names, seed), covered)


def region_conditions(fills: tuple[str, ...], seed: int) -> list[Condition]:
    """A condition for each region and fill."""
    return [
        Condition(
            name=f'region-{region}-{kind}',
            section='regions',
            draw=partial(cover_region, region=region, kind=kind, seed=seed),
            facts=dict(region=region, fill=kind),
            landmarks=True,
        )
        for region in REGION_NAMES
        for kind in fills
    ]
