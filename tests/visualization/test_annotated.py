"""The annotated photo: what is drawn is at its place and says what the results say."""

import numpy as np
import pytest

from ofer.inference.face_result import FaceResult
from ofer.visualization.annotated import SMALLEST, caption, draw_results, hatch
from ofer.visualization.palette import BLACK, EXPRESSION_COLOURS, WHITE, colour_of, ink_on

GREY = np.full((600, 800, 3), 120, np.uint8)


def face(box: tuple[float, float, float, float], label: str = 'anger', **values: object) -> FaceResult:
    return FaceResult('a', face=0, faces=1, box=np.array(box, np.float32), label=label, probabilities={label: 0.81}, **values)


def test_the_box_has_the_colour_of_the_expression_and_the_image_is_a_copy() -> None:
    drawn = draw_results(GREY, [face((300, 200, 420, 360))])
    assert drawn.shape == GREY.shape
    assert (GREY == 120).all()
    assert tuple(drawn[280, 300]) == EXPRESSION_COLOURS['anger']
    assert tuple(drawn[280, 420]) == EXPRESSION_COLOURS['anger']
    assert tuple(drawn[280, 360]) == (120, 120, 120)  # the face itself stays visible
    changed = np.argwhere((drawn != GREY).any(-1))
    assert changed[:, 0].min() > 100
    assert changed[:, 0].max() < 370


def test_a_dashed_box_says_that_the_model_abstains() -> None:
    whole, dashed = (draw_results(GREY, [face((300, 200, 420, 360), abstain=abstain)]) for abstain in (False, True))
    side = [(tuple(drawn[y, 300]) == EXPRESSION_COLOURS['anger']) for drawn in (whole, dashed) for y in range(205, 355)]
    assert all(side[:150])
    assert 0.3 < np.mean(side[150:]) < 0.8


def test_captions() -> None:
    assert caption(face((0, 0, 9, 9))) == ['anger 81 %']
    assert caption(face((0, 0, 9, 9), abstain=True, track=3)) == ['#3 anger? 81 %']
    masked = face((0, 0, 9, 9), occluded_fraction=0.43, occluded_regions=('lower_face', 'mouth', 'nose'))
    assert caption(masked)[1] == '43 % occluded: nose, mouth'
    half = face((0, 0, 9, 9), occluded_fraction=0.43, occluded_regions=('left_half',))
    assert caption(half)[1] == '43 % occluded: left half'
    assert len(caption(face((0, 0, 9, 9), occluded_fraction=0.05))) == 1
    assert caption(face((0, 0, 9, 9), occluded_fraction=0.05, occluded_regions=('mouth',)))[1] == '5 % occluded: mouth'
    smoothed = face((0, 0, 9, 9), smoothed={'anger': 0.4, 'fear': 0.6})
    assert caption(smoothed) == ['fear 60 %']
    assert caption(FaceResult('a', box=np.zeros(4))) == ['?']


def test_hatching_covers_the_flagged_patches_alone() -> None:
    patches = np.zeros((4, 4), bool)
    patches[3] = True
    corners = np.array([[99.5, 99.5], [299.5, 99.5], [299.5, 299.5], [99.5, 299.5]])
    changed = (hatch(GREY, patches, corners) != GREY).any(-1)
    assert changed[252:298, 102:298].all()
    assert not changed[:248].any()
    assert not changed[302:].any()
    turned = np.roll(corners, 1, axis=0)  # the crop was upside down by a quarter turn
    changed = (hatch(GREY, patches, turned) != GREY).any(-1)
    assert changed[110:290, 105:145].all() != changed[110:290, 255:295].all()


def test_small_images_are_enlarged_and_frames_are_not() -> None:
    tiny = np.full((48, 48, 3), 120, np.uint8)
    assert draw_results(tiny, [face((0, 0, 47, 47))]).shape == (SMALLEST, SMALLEST, 3)
    assert draw_results(tiny, [face((0, 0, 47, 47))], enlarge=False).shape == tiny.shape


def test_labels_of_neighbours_do_not_hide_each_other() -> None:
    results = [face((100 + 60 * i, 300, 150 + 60 * i, 360), label) for i, label in enumerate(('anger', 'sadness', 'happiness'))]
    drawn = draw_results(GREY, results)
    sizes = [(drawn == EXPRESSION_COLOURS[name]).all(-1).sum() for name in ('anger', 'sadness', 'happiness')]
    assert min(sizes) > 0.6 * max(sizes)


@pytest.mark.parametrize('box', [(-50, -40, 30, 40), (780, 580, 900, 700), (-100, -100, 1000, 900), (900, 900, 950, 950), (10, 10, 10, 10)])
def test_faces_at_and_beyond_the_border_are_drawn(box: tuple[float, float, float, float]) -> None:
    landmarks = np.tile(np.array(box[:2], np.float32), (68, 1))
    corners = np.array([box[:2], (box[2], box[1]), box[2:], (box[0], box[3])], np.float32)
    drawn = draw_results(GREY, [face(box, landmarks=landmarks, corners=corners, patch_map=np.ones((3, 3), np.float32))])
    assert drawn.shape == GREY.shape


def test_the_reason_is_written_where_there_is_no_face() -> None:
    drawn = draw_results(GREY, [FaceResult('a', status='no face', reason='no face found')])
    assert tuple(drawn[598, 2]) == BLACK
    assert (drawn[:500] == 120).all()


def test_colours_are_told_apart_also_without_red_and_green() -> None:
    """Distances in the plane that people without red or green cones still see: brightness, and blue against yellow."""
    colours = np.array(list(EXPRESSION_COLOURS.values()), float)
    brightness, blue = colours @ (0.3, 0.6, 0.1), colours[:, 2] - colours[:, :2].mean(1)
    plane = np.stack([brightness, blue], 1)
    distances = np.linalg.norm(plane[:, None] - plane[None], axis=-1) + 1e3 * np.eye(len(plane))
    assert distances.min() > 20
    assert {ink_on(colour) for colour in EXPRESSION_COLOURS.values()} == {BLACK, WHITE}
    assert colour_of('unknown') == BLACK
