import pytest
from matplotlib.colors import to_rgb

from ofer.visualization.embedding import draw_embedding


def test_every_class_has_its_colour_and_name() -> None:
    points = [[0, 0], [1, 1], [2, 2], [3, 3]]
    figure = draw_embedding(points, [2, 0, 2, 0], ['fear', 'anger', 'neutral'], 'fused')
    (axes,) = figure.axes
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ['fear (2)', 'neutral (2)']
    assert [dots.get_offsets().tolist() for dots in axes.collections] == [[[1, 1], [3, 3]], [[0, 0], [2, 2]]]
    assert len({to_rgb(dots.get_facecolor()[0][:3]) for dots in axes.collections}) == 2


@pytest.mark.parametrize(
    ('points', 'target', 'message'), [([[0, 0]], [2], 'there are 2 classes'), ([[0, 0, 0]], [0], 'shapes'), ([], [], 'shapes')]
)
def test_what_cannot_be_drawn(points: list, target: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_embedding(points, target, ['fear', 'anger'])


def test_more_classes_than_colours() -> None:
    with pytest.raises(ValueError, match='only 20 colours'):
        draw_embedding([[0, 0]], [0], [str(index) for index in range(21)])
