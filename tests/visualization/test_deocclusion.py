"""The sheet of a face's way through the stages."""

import numpy as np
import pytest
import torch

from ofer.structures import FaceSample
from ofer.visualization.deocclusion import CHOSEN, FLAGGED, deocclusion_sheet, draw_deocclusion, draw_patches, to_picture
from ofer.visualization.panel import CAPTION, GAP

CLASSES = ('anger', 'fear')
GREY = np.full((16, 16, 3), 100, np.uint8)


def sample(score: float = 1.0, **changes: object) -> FaceSample:
    flags = torch.zeros(4, 4).bool()
    flags[0, 1] = True
    fields = dict(
        occlusion_score=torch.full((4, 4), score),
        pred_occlusion=flags,
        coarse_image=torch.full((3, 16, 16), 0.2),
        pred_image=torch.full((3, 16, 16), 0.4),
        gt_image=torch.full((3, 16, 16), 7, dtype=torch.uint8),
        activation_map=torch.rand(4, 4, generator=torch.Generator().manual_seed(0)),
        pred_score=torch.tensor([0.25, 0.75]),
    )
    return FaceSample(**{name: value for name, value in {**fields, **changes}.items() if value is not None}).set_gt_label(0)


def test_pictures_of_tensors() -> None:
    image = torch.zeros(3, 2, 4)
    image[0, 1, 3] = 2.0
    assert to_picture(image).shape == (2, 4, 3)
    assert to_picture(image)[1, 3].tolist() == [255, 0, 0]
    assert to_picture(torch.full((3, 2, 4), 9, dtype=torch.uint8)).max() == 9


def test_flagged_patches_are_red_and_the_rest_is_untouched() -> None:
    flags = torch.zeros(4, 4).bool()
    flags[0, 1] = True
    drawn = draw_patches(GREY, flags, opacity=1.0)
    assert (drawn[:4, 4:8] == FLAGGED).all()
    drawn[:4, 4:8] = 100
    assert (drawn == GREY).all()


def test_columns_come_in_the_order_of_the_stages() -> None:
    row = draw_deocclusion(GREY, sample())
    assert list(row) == ['input', 'heat map', 'mask', 'MAE', 'hybrid', 'truth', 'CAM']
    assert row['MAE'].mean() == 51
    assert row['hybrid'].mean() == 102
    assert row['truth'].mean() == 7
    assert list(draw_deocclusion(GREY, sample(chosen=torch.ones(4, 4).bool())))[-2:] == ['CAM', 'chosen']
    assert list(draw_deocclusion(GREY, sample(gt_image=None, coarse_image=None))) == ['input', 'heat map', 'mask', 'hybrid', 'CAM']


def test_heat_maps_of_a_sheet_share_their_colours() -> None:
    faces = [sample(0.0), sample(1.0)]
    low, high = (draw_deocclusion(GREY, face, (0.0, 1.0))['heat map'] for face in faces)
    assert low[..., 2].mean() > low[..., 0].mean()  # blue
    assert high[..., 0].mean() > high[..., 2].mean()  # red
    sheet = deocclusion_sheet([GREY, GREY], faces, faces, CLASSES, size=16)
    step = 16 + GAP + CAPTION
    assert sheet.shape == (CAPTION + GAP + 2 * step, GAP + 7 * (16 + GAP), 3)
    top, left = CAPTION + GAP, GAP + 16 + GAP
    np.testing.assert_array_equal(sheet[top : top + 16, left : left + 16], low)
    np.testing.assert_array_equal(sheet[top + step : top + step + 16, left : left + 16], high)


def test_latents_are_drawn_on_what_the_classifier_saw() -> None:
    chosen = torch.zeros(4, 4).bool()
    chosen[3, 0] = True
    drawn = draw_deocclusion(GREY, sample(chosen=chosen))['chosen']
    assert (drawn[:12] == 102).all()  # the repainted face
    np.testing.assert_array_equal(drawn[13, 1], [round(102 * 0.6 + part * 0.4) for part in CHOSEN])
    as_it_came = draw_deocclusion(GREY, sample(chosen=chosen, pred_image=None))
    assert (as_it_came['chosen'][:12] == 100).all()


def test_samples_that_do_not_fit_each_other() -> None:
    with pytest.raises(ValueError, match='every row needs 7 images'):
        deocclusion_sheet([GREY, GREY], [sample(), sample(gt_image=None)], [sample(), sample()], CLASSES)
    with pytest.raises(ValueError, match='shorter'):
        deocclusion_sheet([GREY, GREY], [sample()], [sample()], CLASSES)
