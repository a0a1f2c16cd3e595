import pytest

from ofer.visualization.reliability import draw_reliability

NAN = float('nan')


def test_bars_reach_from_accuracy_to_confidence() -> None:
    figure = draw_reliability([1, 0, 0, 3], [0.2, NAN, NAN, 0.9], [0.0, NAN, NAN, 2 / 3], 'clean')
    bars, sizes = figure.axes
    right, off = (container.patches for container in bars.containers)
    assert [(bar.get_x(), bar.get_height()) for bar in right] == [(0, 0), (0.75, pytest.approx(2 / 3))]
    assert [bar.get_y() + bar.get_height() for bar in off] == pytest.approx([0.2, 0.9])
    assert [bar.get_height() for bar in sizes.patches] == [0.25, 0.75]
    # (1 * 0.2 + 3 * (0.9 - 2 / 3)) / 4
    assert bars.texts[0].get_text().startswith('ECE 22.5 %')


@pytest.mark.parametrize('count', [[0, 0], [1]])
def test_nothing_to_draw(count: list[int]) -> None:
    with pytest.raises(ValueError, match='of one length and samples'):
        draw_reliability(count, [0.5, 0.5], [0.5, 0.5])
