"""Loss of the face detector: who answers for which face, and the parts against values by hand."""

import math

import pytest
import torch

from ofer.models.layers.face_cells import decode_faces, face_cells
from ofer.models.losses.face_detection import assign_faces, box_overlap, quality_focal_loss
from ofer.registry import MODELS

CELLS = face_cells([(16, 16), (8, 8), (4, 4)], (8, 16, 32))
YES, NO = torch.ones(1, 1, dtype=torch.bool), torch.zeros(1, 1, dtype=torch.bool)


def square(x: float, y: float, side: float) -> torch.Tensor:
    return torch.tensor([[[x - side / 2, y - side / 2, x + side / 2, y + side / 2]]])


def test_cells_lie_in_the_middle_of_their_pixels() -> None:
    """Pixels 0 to 7 have their middle at 3.5."""
    assert CELLS.shape == (16 * 16 + 64 + 16, 3)
    assert CELLS[:2].tolist() == [[3.5, 3.5, 8], [11.5, 3.5, 8]]
    assert CELLS[256].tolist() == [7.5, 7.5, 16]
    assert CELLS[-1].tolist() == [111.5, 111.5, 32]


def test_zeros_stand_for_a_face_of_four_strides_around_the_cell() -> None:
    logits, boxes, points = decode_faces(torch.zeros(1, len(CELLS), 15), CELLS)
    assert logits.eq(0).all()
    assert boxes[0, 0].tolist() == [3.5 - 16, 3.5 - 16, 3.5 + 16, 3.5 + 16]
    assert points[0, 256].tolist() == [[7.5, 7.5]] * 5


@pytest.mark.parametrize(('side', 'strides'), [(12, {8}), (40, {8, 16, 32}), (100, {32})])
def test_levels_answer_for_faces_of_their_size(side: int, strides: set[int]) -> None:
    given = assign_faces(CELLS, square(60, 60, side), YES, NO)
    assert set(CELLS[given.positive[0], 2].int().tolist()) == strides
    away = (CELLS[given.positive[0], :2] - 60).abs().amax(1)
    assert (away <= torch.maximum(torch.tensor(0.17 * side), 0.55 * CELLS[given.positive[0], 2])).all()


@pytest.mark.parametrize('side', range(9, 128, 7))
def test_every_face_has_a_cell_wherever_it_is(side: int) -> None:
    for shift in torch.linspace(0, 31, 12):
        assert assign_faces(CELLS, square(48 + shift, 50 + shift / 2, side), YES, NO).positive.any()


def test_what_is_ignored_is_neither_a_face_nor_none() -> None:
    asked = assign_faces(CELLS, square(60, 60, 40), YES, NO)
    ignored = assign_faces(CELLS, square(60, 60, 40), NO, YES)
    padding = assign_faces(CELLS, square(60, 60, 40), NO, NO)
    assert not ignored.positive.any()
    inside = ((CELLS[:, :2] - 60).abs() <= 20).all(1)
    assert not ignored.negative[0, inside].any()
    assert asked.negative.sum() < padding.negative.sum() == len(CELLS)


def test_of_two_faces_a_cell_answers_for_the_nearer() -> None:
    boxes = torch.cat([square(40, 60, 60), square(70, 60, 60)], 1)
    both = torch.ones(1, 2, dtype=torch.bool)
    given = assign_faces(CELLS, boxes, both, ~both)
    alone = [assign_faces(CELLS, boxes[:, f : f + 1], both[:, :1], ~both[:, :1]).positive for f in range(2)]
    assert torch.equal(given.positive, alone[0] | alone[1])
    x = CELLS[given.positive[0], 0]
    assert x.min() < 55 < x.max()
    assert torch.equal(given.face[given.positive], (x > 55).long())


def test_no_faces_at_all() -> None:
    given = assign_faces(CELLS, torch.zeros(2, 0, 4), *[torch.zeros(2, 0, dtype=torch.bool)] * 2)
    assert given.negative.all()
    loss = MODELS.build(dict(type='FaceDetectionLoss'))
    empty = torch.zeros(1, 0, dtype=torch.bool)
    parts = loss(torch.zeros(1, len(CELLS), 15), CELLS, torch.zeros(1, 0, 4), torch.zeros(1, 0, 5, 2), empty, empty)
    assert parts['loss_box'] == parts['loss_points'] == 0
    assert parts['loss_score'] == pytest.approx(len(CELLS) * math.log(2) / 4)  # cross entropy ln 2, score off by a half, squared


def test_overlap_of_boxes() -> None:
    """Two squares of side 2 that share a strip of 1 x 2: 2 / 6; the hull has 3 x 2 = 6, nothing beyond the union. Apart by 2: hull 12."""
    one = torch.tensor([0.0, 0, 2, 2])
    overlap, general = box_overlap(one.repeat(3, 1), torch.tensor([[1.0, 0, 3, 2], [4, 0, 6, 2], [0, 0, 2, 2]]))
    torch.testing.assert_close(overlap, torch.tensor([1 / 3, 0, 1]))
    torch.testing.assert_close(general, torch.tensor([1 / 3, -(12 - 8) / 12, 1]))


def test_quality_focal_loss_is_nothing_where_the_score_is_the_quality() -> None:
    quality = torch.tensor([0.25, 0.5, 0.9])
    assert quality_focal_loss(quality.logit(), quality).abs().max() < 1e-12
    assert quality_focal_loss(torch.zeros(1), torch.ones(1)).item() == pytest.approx(math.log(2) / 4)


def test_a_perfect_answer_costs_nothing_but_its_box_and_points_are_pulled() -> None:
    box, points = square(60, 60, 64), torch.tensor([[[[50.0, 50], [70, 50], [60, 60], [52, 72], [68, 72]]]])
    numbers = torch.zeros(1, len(CELLS), 15)
    centre, stride = CELLS[:, :2], CELLS[:, 2:]
    numbers[0, :, 1:3] = (60 - centre) / stride
    numbers[0, :, 3:5] = (64 / (stride * 4)).log()
    numbers[0, :, 5:] = ((points[0] - centre[:, None]) / (stride * 4)[:, None]).flatten(1)
    given = assign_faces(CELLS, box, YES, NO)
    numbers[0, :, 0] = torch.where(given.positive[0], 40.0, -40.0)
    numbers.requires_grad_()
    loss = MODELS.build(dict(type='FaceDetectionLoss'))
    parts = loss(numbers, CELLS, box, points, YES, NO)
    assert all(value.item() < 1e-5 for value in parts.values())
    moved = loss(numbers + torch.cat([torch.zeros(1), torch.full((14,), 0.2)]), CELLS, box, points, YES, NO)
    assert moved['loss_box'] > 0.05
    assert moved['loss_points'] > 0.05
    sum(moved.values()).backward()
    reached = numbers.grad[0].abs().sum(1) > 0
    assert reached[given.positive[0]].all()
    assert not reached[~given.positive[0] & ~given.negative[0]].any()


def test_quality_begins_at_a_half_and_parts_are_means_over_the_cells_with_a_face() -> None:
    box, points = square(60, 60, 64), torch.full((1, 1, 5, 2), 60.0)
    given = assign_faces(CELLS, box, YES, NO)
    numbers = torch.zeros(1, len(CELLS), 15)
    numbers[..., 1] = 100  # boxes far away: no overlap
    numbers[0, :, 0] = torch.where(given.positive[0], 0.0, -40.0)
    loss = MODELS.build(dict(type='FaceDetectionLoss'))
    parts = loss(numbers, CELLS, box, points, YES, NO)
    assert parts['loss_score'].item() < 1e-6
    numbers[0, :, 0] = 1.0
    once = loss(numbers, CELLS, box, points, YES, NO)
    twice = loss(
        *(x.repeat(2, *[1] * (x.ndim - 1)) if x.ndim > 2 else x for x in (numbers, CELLS, box, points)), YES.repeat(2, 1), NO.repeat(2, 1)
    )
    for name, value in once.items():
        assert value > 0.1
        torch.testing.assert_close(twice[name], value)


def test_gradients() -> None:
    torch.manual_seed(0)
    cells = face_cells([(2, 2)], (8,)).double()
    box = torch.tensor([[[0.0, 0, 9, 10]]]).double()
    numbers = (torch.randn(1, 4, 15).double() * 0.3).requires_grad_()

    def total(x: torch.Tensor) -> torch.Tensor:
        logits, boxes, points = decode_faces(x, cells)
        return (1 - box_overlap(boxes, box)[1]).sum() + points.sin().sum() + logits.sum()

    assert torch.autograd.gradcheck(total, numbers)
