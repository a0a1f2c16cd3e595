"""Picture of a confusion matrix."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from sklearn.metrics import ConfusionMatrixDisplay


def draw_confusion_matrix(matrix: ArrayLike, classes: Sequence[str], title: str = '') -> Figure:
    """Colour and percentage of each row's total, with the count below it.

    Args:
        matrix: ``(K, K)`` counts: row = true class, column = predicted class.
        classes: ``K`` names.
        title: above the picture.

    Raises:
        ValueError: the matrix does not have as many rows and columns as there are classes.
    """
    counts = np.asarray(matrix)
    if counts.shape != (len(classes), len(classes)):
        raise ValueError(f'expected a matrix of {len(classes)} x {len(classes)} counts, got shape {counts.shape}')
    support = counts.sum(1, keepdims=True)
    shares = np.divide(counts, support, out=np.zeros(counts.shape), where=support > 0)
    size = 2.0 + 0.8 * len(classes)
    figure = Figure(figsize=(size, size), layout='constrained')  # no pyplot: nothing global is touched
    axes = figure.add_subplot()
    display = ConfusionMatrixDisplay(shares, display_labels=classes)
    display.plot(ax=axes, cmap='Blues', colorbar=False, xticks_rotation=45, im_kw=dict(vmin=0, vmax=1), text_kw=dict(fontsize=8))
    for text, share, count in zip(display.text_.flat, shares.flat, counts.flat, strict=True):
        text.set(text=f'{100 * share:.1f}\n{count}', color='white' if share > 0.5 else 'black')
    axes.set_yticklabels([f'{name} ({total})' for name, total in zip(classes, support[:, 0], strict=True)])
    axes.set(xlabel='predicted', ylabel='true (samples)', title=title)
    return figure


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure to a file, creating its folder."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
