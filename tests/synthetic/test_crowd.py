"""Composed scenes: labels are where the faces are, what is worn is where it belongs, and all comes out the same again."""

import numpy as np
import pytest

from ofer.synthetic.crowd import FacePatch, compose, draw_background, dress, photograph, scatter
from ofer.synthetic.crowd.composition import stand_behind
from ofer.synthetic.crowd.patch import FaceAxes
from ofer.synthetic.crowd.wear import fill, smooth, wear_cap, wear_glasses, wear_mask
from ofer.synthetic.draws import Draws

POINTS = np.array([[35, 40], [65, 40], [50, 58], [40, 75], [60, 75]], np.float32)
BOX = np.array([20, 10, 80, 95], np.float32)


def patch(value: float = 200.0) -> FacePatch:
    """A white ellipse on nothing, with black dots at the five points."""
    rows, columns = np.mgrid[:110, :100]
    alpha = (((columns - 50) / 30) ** 2 + ((rows - 52) / 43) ** 2 <= 1).astype(np.float32)
    pixels = np.full((110, 100), value, np.float32)
    for x, y in POINTS.astype(int):
        pixels[y - 2 : y + 3, x - 2 : x + 3] = 0
    return FacePatch(pixels, alpha, BOX.copy(), POINTS.copy())


@pytest.mark.parametrize('seed', range(20))
def test_labels_are_where_the_faces_are(seed: int) -> None:
    """The five dots are dark and the face around them is bright, whatever the turn, size and place."""
    background = np.full((160, 160), 100, np.float32)
    scene = compose(background, Draws(seed), lambda _: patch(), most=1, sizes=(40, 100), smallest=10)
    assert len(scene.boxes) == 1
    for box, points, ignored in zip(scene.boxes, scene.points, scene.ignored, strict=True):
        inside = ((points > 3) & (points < 156)).all()
        if ignored or not inside:
            continue
        side = box[3] - box[1]
        assert 40 <= side <= 100
        places = np.round(points).astype(int)
        assert scene.image[places[:, 1], places[:, 0]].max() < 120
        between = np.round(points[:2].mean(0)).astype(int)
        assert scene.image[between[1], between[0]] > 150


def test_faces_behind_what_surrounds_another_are_ignored() -> None:
    def surrounded() -> FacePatch:
        whole = np.ones((310, 300), np.float32)
        return FacePatch(whole * 128, whole, BOX + 100, POINTS + 100)

    scene = compose(np.zeros((90, 90), np.float32), Draws(1), lambda _: surrounded(), 6, (38, 40), 10)
    assert len(scene.ignored) >= 2
    assert scene.ignored[:-1].all()


def test_faces_cut_off_by_the_border_are_ignored() -> None:
    scenes = [compose(np.zeros((80, 80), np.float32), Draws(7, i), lambda _: patch(), 1, (60, 75), 10) for i in range(60)]
    for scene in scenes:
        ((left, top, right, bottom),) = scene.boxes
        visible = (min(right, 80) - max(left, 0)) * (min(bottom, 80) - max(top, 0)) / ((right - left) * (bottom - top))
        assert scene.ignored[0] == (visible < 0.6)
    assert any(scene.ignored[0] for scene in scenes)


def test_small_faces_are_ignored() -> None:
    scene = compose(np.zeros((160, 160), np.float32), Draws(3), lambda _: patch(), 5, (6, 9.9), 10)
    assert scene.ignored.all()


def test_the_mirror_exchanges_left_and_right() -> None:
    original, mirrored = patch(), patch().mirrored()
    assert mirrored.points[0, 0] < mirrored.points[1, 0], "the person's right eye still lies left in the image"
    twice = mirrored.mirrored()
    np.testing.assert_array_equal(twice.pixels, original.pixels)
    np.testing.assert_array_equal(twice.points, original.points)
    np.testing.assert_array_equal(twice.box, original.box)


def test_reduced_patches_keep_their_labels() -> None:
    half = patch().reduced(2)
    assert half.pixels.shape == (55, 50)
    np.testing.assert_allclose((half.points + 0.5) * 2 - 0.5, POINTS)


def test_axes() -> None:
    axes = FaceAxes.of(BOX, POINTS)
    np.testing.assert_allclose(axes.at(0, 0), [50, 40], atol=0.5)
    np.testing.assert_allclose([axes.at(-1, 0)[0], axes.at(1, 0)[0]], [20, 80], atol=1)
    assert axes.at(0, 1)[1] == pytest.approx(40 + 35 * 1.75)


@pytest.mark.parametrize(
    ('wear', 'hidden', 'seen'), [(wear_mask, [3, 4], [0, 1]), (wear_glasses, [0, 1], [3, 4]), (wear_cap, [], [2, 3, 4])]
)
def test_things_are_worn_where_they_belong(wear: object, hidden: list[int], seen: list[int]) -> None:
    """Over many draws: the points below a thing are mostly changed, the others hardly ever."""
    changed = np.zeros(5)
    for seed in range(40):
        face = patch()
        face.pixels[:] = 128
        wear(face, FaceAxes.of(face.box, face.points), Draws(seed))
        x, y = POINTS.astype(int).T
        changed += np.abs(face.pixels[y, x] - 128) > 4
    assert all(changed[i] >= 20 for i in hidden)
    assert all(changed[i] <= 4 for i in seen)


def test_dressing_nobody_changes_nothing() -> None:
    face = patch()
    dress(face, Draws(0), share=0.0)
    np.testing.assert_array_equal(face.pixels, patch().pixels)


def test_photographed_masks_and_objects_are_put_on() -> None:
    cutout = np.zeros((20, 30, 2), np.float32)
    cutout[..., 0], cutout[..., 1] = 60, 1
    faces = [patch() for _ in range(30)]
    for i, face in enumerate(faces):
        dress(face, Draws(i), [cutout], [cutout], share=1.0)
    assert all(np.isfinite(face.pixels).all() and face.pixels.min() >= -80 for face in faces)
    assert sum(not np.array_equal(face.pixels, patch().pixels) for face in faces) > 15


def test_shoulders_lie_below_the_face() -> None:
    image = np.full((200, 200), 90, np.float32)
    over = stand_behind(image, BOX, POINTS, Draws(1))
    assert over[150, 50] == 1
    assert over[:5].max() == 0
    assert (image[over == 0] == 90).all()


def test_decoys_change_the_scene_alone() -> None:
    cutout = np.zeros((20, 30, 2), np.float32)
    cutout[..., 0], cutout[..., 1] = 60, 1
    for i in range(20):
        scene = np.full((80, 80), 100, np.float32)
        scatter(scene, Draws(i), [cutout])
        assert np.isfinite(scene).all()
        assert scene.min() > -5
        assert scene.max() < 260
        assert (scene != 100).any()


def test_curves_and_polygons() -> None:
    square = np.array([[10.0, 10], [29, 10], [29, 29], [10, 29]])
    cover = fill((40, 40), square)
    assert cover[20, 20] == 1
    assert cover[5, 5] == 0
    assert cover.sum() == pytest.approx(20 * 20, abs=45)
    curve = smooth(square, steps=4)
    assert curve.shape == (16, 2)
    np.testing.assert_allclose(curve[::4], square)


@pytest.mark.parametrize('photographs', [(), (np.arange(64 * 80, dtype=np.uint8).reshape(64, 80),)])
def test_backgrounds_are_grey_pictures_of_many_kinds(photographs: tuple) -> None:
    found = [draw_background(48, Draws(i), photographs) for i in range(30)]
    assert all(b.shape == (48, 48) and b.dtype == np.float32 and b.min() >= 0 and b.max() <= 255 for b in found)
    assert np.std([b.mean() for b in found]) > 20


def test_photographs_keep_size_and_mean_about() -> None:
    scene = np.full((50, 70), 128, np.float32)
    found = [photograph(scene, Draws(i)) for i in range(40)]
    assert all(p.shape == (50, 70) and p.dtype == np.uint8 for p in found)
    assert 90 < np.mean([p.mean() for p in found]) < 165


def test_the_same_draws_give_the_same_scene() -> None:
    def scene(seed: int) -> np.ndarray:
        draws = Draws(5, seed)
        face = patch()
        dress(face, draws, share=1.0)
        return photograph(compose(draw_background(64, draws), draws, lambda _: face, 2, (15, 50), 10).image, draws)

    np.testing.assert_array_equal(scene(1), scene(1))
    assert not np.array_equal(scene(1), scene(2))
