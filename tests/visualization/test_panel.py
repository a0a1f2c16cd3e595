"""The picture panel: the right colours at the right places."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.categories import PARSING_CLASSES
from ofer.visualization.panel import (
    CAPTION,
    GAP,
    PARSING_COLOURS,
    draw_attention,
    draw_landmarks,
    draw_parsing,
    draw_seen,
    panel,
    save_image,
)

GREY = np.full((40, 60, 3), 100, np.uint8)


def test_landmarks_are_drawn_at_their_place_on_a_copy() -> None:
    drawn = draw_landmarks(GREY, np.array([[14.5 / 60, 20.5 / 40], [1.5, 0.5]]), colour=(255, 0, 0))
    changed = np.argwhere((drawn != GREY).any(-1))
    assert tuple(drawn[20, 14]) == (255, 0, 0)  # pixel 14 reaches from 14 / 60 to 15 / 60
    assert abs(changed - (20, 14)).max() <= 2  # and the point outside is left out
    assert (GREY == 100).all()


def test_landmarks_of_wrong_shape() -> None:
    with pytest.raises(ValueError, match=r'\(3, 68\)'):
        draw_landmarks(GREY, np.zeros((3, 68)))


def test_parsing_colours_classes_and_leaves_the_background() -> None:
    classes = np.zeros((4, 6), int)
    classes[:, 3:] = 1
    drawn = draw_parsing(GREY, classes, opacity=1.0)
    assert (drawn[:, :30] == 100).all()
    assert (drawn[:, 30:] == PARSING_COLOURS[1]).all()
    assert (draw_parsing(GREY, classes, opacity=0.0) == GREY).all()


def test_every_class_has_its_own_colour() -> None:
    assert len(PARSING_COLOURS) == len(PARSING_CLASSES) == len(np.unique(PARSING_COLOURS, axis=0))


def test_parsing_class_without_colour() -> None:
    with pytest.raises(ValueError, match=r'0\.\.11'):
        draw_parsing(GREY, np.array([[0, 11]]))


def test_attention_is_red_where_it_is_greatest_whatever_its_scale() -> None:
    weights = np.zeros((7, 7))
    weights[0, 6] = 1
    drawn = draw_attention(GREY, weights, opacity=1.0)
    red, blue = drawn[..., 0].astype(int), drawn[..., 2].astype(int)
    assert red[1, -2] > blue[1, -2]
    assert blue[-2, 1] > red[-2, 1]
    np.testing.assert_array_equal(drawn, draw_attention(GREY, weights * 1e-4 + 3, opacity=1.0))


def test_even_attention_is_no_division_by_zero() -> None:
    assert np.isfinite(draw_attention(GREY, np.ones((7, 7)))).all()


def test_what_was_not_seen_is_left_out() -> None:
    drawn = draw_seen(GREY, {'backbone_attention': np.eye(7), 'landmarks': np.full((68, 2), 0.5)})
    assert list(drawn) == ['image', 'landmarks', 'backbone attention']
    np.testing.assert_array_equal(drawn['backbone attention'], draw_attention(GREY, np.eye(7)))
    assert list(draw_seen(GREY, {'fusion_attention': np.eye(7), 'parsing': np.zeros((4, 4))})) == ['image', 'parsing', 'MCM attention']


def test_panel_places_cells() -> None:
    rows = [[np.full((8, 8, 3), value + 10 * i, np.uint8) for value in (50, 90)] for i in range(3)]
    picture = panel(rows, ('a', 'b'), ('one', 'two', 'three'), size=32)
    step = 32 + GAP + CAPTION
    assert picture.shape == (CAPTION + GAP + 3 * step, GAP + 2 * (32 + GAP), 3)
    for i in range(3):
        top = CAPTION + GAP + i * step
        assert (picture[top : top + 32, GAP : GAP + 32] == 50 + 10 * i).all()
        assert (picture[top : top + 32, 2 * GAP + 32 : 2 * GAP + 64] == 90 + 10 * i).all()


@pytest.mark.parametrize(('rows', 'captions'), [([], ()), ([[GREY]], ()), ([[GREY, GREY]], ('one', 'two'))])
def test_panel_that_does_not_fit(rows: list, captions: tuple) -> None:
    with pytest.raises(ValueError, match='row'):
        panel(rows, ('a', 'b'), captions)


def test_save_image_keeps_colours(tmp_path: Path) -> None:
    save_image(tmp_path / 'new' / 'red.png', np.full((4, 4, 3), (255, 0, 0), np.uint8))
    assert (cv2.imread(str(tmp_path / 'new' / 'red.png')) == (0, 0, 255)).all()


def test_save_image_of_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r'panel\.nonsense'):
        save_image(tmp_path / 'panel.nonsense', GREY)
