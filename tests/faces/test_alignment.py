"""Aligners: where points come to lie, what is stored, and the warning where two differ."""

import warnings
from typing import Any

import numpy as np
import pytest

from ofer.faces import Aligner, ArcFaceAligner, BoxAligner, DetectedFace, build_aligner, choose_aligner, stored_aligner
from ofer.faces.alignment import ARCFACE_TEMPLATE, FER2013Aligner, face_roll
from ofer.faces.similarity import move

ALIGNERS = [
    dict(type='ArcFaceAligner', size=112),
    dict(type='BoxAligner', size=64, margin=0.2, shift=(0.1, -0.1)),
    dict(type='FER2013Aligner', size=48),
]


def face(points: np.ndarray | None = None, box: tuple[float, ...] = (10, 20, 50, 70)) -> DetectedFace:
    return DetectedFace(np.array(box), 0.9, ARCFACE_TEMPLATE if points is None else points)


@pytest.mark.parametrize('description', ALIGNERS, ids=lambda d: d['type'])
def test_is_built_from_what_it_says_of_itself(description: dict) -> None:
    aligner = build_aligner(description)
    assert aligner.describe() == description
    image = np.random.default_rng(0).integers(0, 255, (120, 90, 3), np.uint8)
    crop = aligner(image, face())
    assert crop.shape == (description['size'], description['size'], 3)
    assert crop.dtype == np.uint8


@pytest.mark.parametrize('size', [48, 112, 224])
def test_arcface_brings_the_points_to_the_template(size: int) -> None:
    turn = np.array([[0.8, -0.6], [0.6, 0.8]]) * 3
    turned = face(ARCFACE_TEMPLATE @ turn.T + (40, 15))
    at = move(turned.points, ArcFaceAligner(size).matrix(turned))
    np.testing.assert_allclose(at, (ARCFACE_TEMPLATE + 0.5) * size / 112 - 0.5, atol=1e-3)


def test_box_aligner_is_a_square_with_its_margin() -> None:
    """The box is 40 x 50, so the square has 50 * 1.2 = 60 pixels around (30, 45): from (0, 15) to (60, 75)."""
    matrix = BoxAligner(size=30, margin=0.1).matrix(face())
    np.testing.assert_allclose(move(np.array([[0.0, 15.0], [60.0, 75.0]]), matrix), [[-0.5, -0.5], [29.5, 29.5]])


@pytest.mark.parametrize('angle', [0, 15, -20, 40, -75, 90, 180])
def test_fer2013_turns_faces_upright_that_are_turned_far(angle: float) -> None:
    radians = np.radians(angle)
    turn = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])  # clockwise in an image
    centre = np.array([56.0, 72.0])
    turned = DetectedFace(np.array([20, 30, 92, 114]), 0.9, (ARCFACE_TEMPLATE - centre) @ turn.T + centre)
    assert (face_roll(turned.points) - angle + 180) % 360 == pytest.approx(180, abs=1)
    at = move(turned.points.astype(np.float64), FER2013Aligner(48).matrix(turned))
    left = abs(angle) if abs(angle) <= FER2013Aligner.LARGEST_ROLL else 0
    assert abs(face_roll(at)) == pytest.approx(left, abs=1)
    np.testing.assert_allclose(at.mean(0), [24, 24], atol=4)  # in the middle of the crop, whatever the turn
    scale = 48 / 84
    assert np.linalg.norm(at[1] - at[0]) == pytest.approx(scale * np.linalg.norm(ARCFACE_TEMPLATE[1] - ARCFACE_TEMPLATE[0]), rel=0.01)


def test_fer2013_crops_are_grey_as_its_own() -> None:
    image = np.random.default_rng(0).integers(0, 255, (120, 90, 3), np.uint8)
    crop = FER2013Aligner(48)(image, face())
    coloured = BoxAligner(48, FER2013Aligner.MARGIN, FER2013Aligner.SHIFT)(image, face()).astype(float)
    assert coloured.std(2).max() > 20
    np.testing.assert_allclose(crop, np.repeat((coloured @ (0.299, 0.587, 0.114))[..., None], 3, 2), atol=0.6)
    grey = np.repeat(image[..., :1], 3, 2)
    np.testing.assert_array_equal(FER2013Aligner(48)(grey, face()), BoxAligner(48, 0.0, FER2013Aligner.SHIFT)(grey, face()))


def test_the_turn_of_a_face_in_profile_comes_from_eyes_and_mouth() -> None:
    profile = np.array([[50.0, 50.0], [52.0, 53.0], [38.0, 70.0], [50.0, 92.0], [51.0, 90.0]])  # the eyes nearly coincide
    assert abs(face_roll(profile)) < 10


def test_refuses_what_is_no_aligner() -> None:
    with pytest.raises(ValueError, match='no aligner'):
        build_aligner(dict(type='LoadFace'))
    with pytest.raises(ValueError, match='NoSuch'):
        build_aligner(dict(type='NoSuch'))
    with pytest.raises(ValueError, match='colour'):
        build_aligner(dict(type='ArcFaceAligner', colour=1))
    with pytest.raises(ValueError, match='size=0'):
        ArcFaceAligner(0)
    with pytest.raises(ValueError, match=r'margin=-0\.5'):
        BoxAligner(margin=-0.5)
    with pytest.raises(ValueError, match='margin=nan'):
        BoxAligner(margin=float('nan'))


@pytest.mark.parametrize('wrap', [lambda a: dict(aligner=a), lambda a: dict(dataset_meta=dict(classes=('a',), aligner=a))])
def test_reads_the_trained_one_from_a_checkpoint(wrap: Any) -> None:
    assert stored_aligner(wrap(ALIGNERS[1])) == ALIGNERS[1]
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert choose_aligner(wrap(ALIGNERS[1])).describe() == ALIGNERS[1]
        assert choose_aligner(wrap(ALIGNERS[1]), ALIGNERS[1]).describe() == ALIGNERS[1]


def test_warns_where_another_one_is_used() -> None:
    with pytest.warns(UserWarning, match='trained on crops of .*ArcFaceAligner.*BoxAligner'):
        used = choose_aligner(dict(aligner=ALIGNERS[0]), ALIGNERS[1])
    assert used.describe() == ALIGNERS[1]


def test_falls_back_where_nothing_is_stored() -> None:
    assert stored_aligner({}) is None
    assert choose_aligner({}).describe() == dict(type='ArcFaceAligner', size=112)
    assert choose_aligner({}, fallback=ALIGNERS[1]).describe() == ALIGNERS[1]


def test_all_are_aligners() -> None:
    assert all(isinstance(build_aligner(d), Aligner) for d in ALIGNERS)
