"""Regions by landmarks, drawn occluders and cut-outs."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.datasets import SyntheticFaces
from ofer.inference.regions import region_masks
from ofer.report.faces import read_faces
from ofer.report.protocols.base import Batch
from ofer.report.protocols.objects import object_conditions
from ofer.report.protocols.regions import REGION_NAMES, region_conditions


@pytest.fixture(scope='module')
def batch() -> Batch:
    drawn = read_faces(SyntheticFaces('test', length=6, size=64))
    return Batch(drawn.names, drawn.images, drawn.landmarks)


def test_regions_cover_what_they_are_called(batch: Batch) -> None:
    """Their middles lie at the landmarks of their parts, and halves share nothing."""
    for points in batch.landmarks:
        masks = region_masks(points, 64)
        for name, chosen in {'eyes': slice(36, 48), 'nose': slice(27, 36), 'mouth': slice(48, 60), 'brows': slice(17, 27)}.items():
            middle = (np.argwhere(masks[name])[:, ::-1] + 0.5).mean(0) / 64
            assert np.abs(middle - points[chosen].mean(0)).max() < 0.05, name
        assert not (masks['left_half'] & masks['right_half']).any()
        assert (masks['left_half'] | masks['right_half'] == masks['face']).all()
        assert masks['eye_band'][masks['eyes']].mean() > 0.8
        assert not (masks['eye_band'] & masks['mouth']).any()
        assert masks['lower_face'][masks['mouth']].mean() > 0.95
        assert not (masks['lower_face'] & masks['eyes']).any()


def test_conditions_of_regions(batch: Batch) -> None:
    conditions = region_conditions(('black', 'noise'), 0)
    assert len(conditions) == 2 * len(REGION_NAMES)
    for condition in conditions:
        occluded = condition.draw(batch)
        assert (occluded.images[~occluded.covered] == batch.images[~occluded.covered]).all()
        assert 0.005 < occluded.covered.mean() < 0.35, condition.name
        part = condition.draw(Batch(batch.names[2:4], batch.images[2:4], batch.landmarks[2:4]))
        assert (part.images == occluded.images[2:4]).all()


def test_conditions_of_objects(batch: Batch, tmp_path: Path) -> None:
    """Named by kind, the same for every batch, grey on grey images, and nothing outside of the mask changes."""
    red = np.zeros((20, 30, 4), np.uint8)
    red[..., 2] = red[..., 3] = 255
    for name in ('cups/a.png', 'cups/b.png', 'hands/c.png'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / name), red)
    conditions = object_conditions(str(tmp_path), 0)
    assert [c.name for c in conditions if c.facts['source'] == 'cutout'] == ['cutout-cups', 'cutout-hands']
    grey = np.repeat(batch.images[..., :1], 3, -1)
    for condition in conditions:
        occluded = condition.draw(batch)
        assert (occluded.images[~occluded.covered] == batch.images[~occluded.covered]).all()
        assert occluded.covered.any((1, 2)).all(), condition.name
        part = condition.draw(Batch(batch.names[3:4], batch.images[3:4], batch.landmarks[3:4]))
        assert (part.images == occluded.images[3:4]).all()
        on_grey = condition.draw(Batch(batch.names, grey, batch.landmarks)).images
        assert (on_grey == on_grey[..., :1]).all()
        assert condition.draw(Batch(batch.names, batch.images)).images.shape == batch.images.shape  # landmarks are not needed
    with pytest.raises(FileNotFoundError, match='no pictures of occluders there'):
        object_conditions(str(tmp_path / 'gone'), 0)
