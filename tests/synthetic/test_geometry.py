import dataclasses

import numpy as np
import pytest

from ofer.synthetic import Camera, Draws, express, rotation, sample_camera, sample_person
from ofer.synthetic.action_units import ActionUnits, mean
from ofer.synthetic.curves import cubic, ribbon, smooth
from ofer.synthetic.pose import build_head, pose_face, surface_of

STREAM, PERMUTATION = [0.4412309969309792, 0.8127380443369236, 0.058186291902551424], [2, 5, 3, 4, 0, 1]  # written down once
FRONTAL = Camera(rotation(0, 0, 0), 0.3, (0.5, 0.45))


def rest() -> ActionUnits:
    return express('neutral', 0.0, Draws(1))


def test_draws_are_a_fixed_stream() -> None:
    draws = Draws(3, 1, 4)
    assert [draws.unit() for _ in range(3)] == pytest.approx(STREAM, abs=1e-15)
    assert Draws(3, 1, 4).permutation(6) == PERMUTATION
    assert Draws(3, 1, 5).unit() != Draws(3, 1, 4).unit()


def test_draws_have_their_distributions() -> None:
    draws = Draws(0)
    bells = np.array([draws.bell(2.0, 5.0) for _ in range(4000)])
    assert bells.mean() == pytest.approx(5, abs=0.15)
    assert bells.std() == pytest.approx(2, abs=0.1)
    assert np.abs(bells - 5).max() <= 6
    picks = [draws.pick('ab', (1, 3)) for _ in range(4000)]
    assert picks.count('b') / 4000 == pytest.approx(0.75, abs=0.03)


def test_a_smooth_curve_goes_through_its_points() -> None:
    points = np.array([(0, 0), (1, 2), (3, 1), (4, 4)], np.float32)
    np.testing.assert_allclose((smooth(4, 5) @ points)[::5], points, atol=1e-6)
    np.testing.assert_allclose((smooth(4, 5, closed=True) @ points)[::5], points, atol=1e-6)
    np.testing.assert_allclose(smooth(4, 5).sum(1), 1, atol=1e-6)


def test_a_cubic_reproduces_a_cubic() -> None:
    def polynomial(t: np.ndarray) -> np.ndarray:
        return 1 - 2 * t + 5 * t**2 - 3 * t**3

    np.testing.assert_allclose(cubic(9) @ polynomial(np.arange(4) / 3), polynomial(np.linspace(0, 1, 9)), atol=1e-5)


def test_a_ribbon_has_its_width() -> None:
    line = np.array([(0, 0), (1, 0), (2, 0)], np.float32)
    outline = ribbon(line, np.array([0.5, 1.0, 0.5], np.float32))
    np.testing.assert_allclose(outline, [(0, 0.5), (1, 1), (2, 0.5), (2, -0.5), (1, -1), (0, -0.5)], atol=1e-6)


def test_rotation_turns_the_nose_where_it_says() -> None:
    forwards = np.array([0, 0, 1.0])
    assert (rotation(0.3, 0, 0) @ forwards)[0] == pytest.approx(np.sin(0.3))
    assert (rotation(0, 0.3, 0) @ forwards)[1] == pytest.approx(np.sin(0.3))
    turn = rotation(0.3, -0.2, 0.1)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-6)


def test_poses_stay_within_their_limits() -> None:
    turns = np.stack([sample_camera(Draws(k)).turn for k in range(300)])
    yaw = np.degrees(np.arcsin(-turns[:, 2, 0] / np.hypot(turns[:, 2, 0], turns[:, 2, 2]).clip(1e-6)))
    assert np.abs(yaw).max() <= 28.5
    assert 9 < yaw.std() < 15


def test_a_frontal_face_at_rest_is_symmetric() -> None:
    person = sample_person(Draws(5))
    still = ActionUnits(*[np.zeros(2, np.float32) for _ in dataclasses.fields(ActionUnits)])
    points = pose_face(build_head(person, still), FRONTAL).landmarks - np.array([0.5, 0], np.float32)
    mirrored = [*range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1), 45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
                *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), 67, 66, 65]  # fmt: skip
    np.testing.assert_allclose(points, points[mirrored] * [-1, 1], atol=2e-3)


def test_the_surface_is_the_inverse_of_the_projection() -> None:
    face = pose_face(build_head(sample_person(Draws(6)), rest()), Camera(rotation(0.35, 0.1, 0.05), 0.3, (0.5, 0.45)))
    u, v, _ = surface_of(face, 96)
    for place in ((0.0, 0.3), (-0.45, 0.4), (0.3, -0.5), (-0.2, 1.1)):
        x, y = face.place(np.array([place], np.float32))[0] * 96 - 0.5
        found = u[round(y), round(x)], v[round(y), round(x)]
        assert found == pytest.approx(place, abs=0.04)


def test_the_nose_stands_out_and_eyes_lie_deep() -> None:
    relief = pose_face(build_head(sample_person(Draws(7)), rest()), FRONTAL).relief
    nose, cheek, eye, ear = (
        float(relief.depth(*np.array([[[u]], [[v]]], np.float32))[0, 0]) for u, v in ((0, 0.6), (0.5, 0.6), (0.2, 0), (1, 0))
    )
    assert nose > cheek + 0.2
    assert nose > eye + 0.2
    assert cheek > ear + 0.2


@pytest.mark.parametrize('name', ['surprise', 'fear', 'disgust', 'happiness', 'sadness', 'anger'])
def test_an_expression_grows_with_its_intensity(name: str) -> None:
    def strength(intensity: float) -> float:
        units = express(name, intensity, Draws(8))
        return sum(mean(getattr(units, unit.name)) for unit in dataclasses.fields(units))

    assert strength(1.0) > strength(0.5) + 0.4 > strength(0.0) + 0.8


def test_contempt_is_one_sided() -> None:
    for key in range(10):
        corners = express('contempt', 1.0, Draws(key)).corner_up
        assert corners.max() > corners.min() + 0.4
