from pathlib import Path

import cv2
import pytest
import torch

from ofer.visualization.confusion import draw_confusion_matrix, save_figure
from ofer.visualization.prediction_sheet import draw_prediction_sheet


def test_confusion_matrix_states_shares_of_rows_and_counts(tmp_path: Path) -> None:
    figure = draw_confusion_matrix([[3, 1], [0, 0]], ['fear', 'anger'], 'clean')
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ['75.0\n3', '25.0\n1', '0.0\n0', '0.0\n0']
    assert [label.get_text() for label in axes.get_yticklabels()] == ['fear (4)', 'anger (0)']
    save_figure(figure, tmp_path / 'new' / 'confusion.png')
    assert cv2.imread(str(tmp_path / 'new' / 'confusion.png')).std() > 10


def test_confusion_matrix_must_fit_the_classes() -> None:
    with pytest.raises(ValueError, match='2 x 2 counts'):
        draw_confusion_matrix([[1]], ['fear', 'anger'])


def test_sheet_marks_what_is_wrong() -> None:
    images = [torch.full((3, 8, 8), 100, dtype=torch.uint8)] * 3
    figure = draw_prediction_sheet(images, [0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]], ['fear', 'anger'], columns=2)
    titles = [(axes.get_title(), axes.title.get_color()) for axes in figure.axes]
    assert titles == [('fear 0.90', 'black'), ('anger 0.80', 'black'), ('fear 0.70\nis anger', 'red'), ('', 'black')]


def test_empty_sheet() -> None:
    assert len(draw_prediction_sheet([], [], [], ['fear']).axes) == 8
