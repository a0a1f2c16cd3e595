"""Points in the plane by class, e.g. a t-SNE embedding of features."""

from collections.abc import Sequence

import numpy as np
from matplotlib import color_sequences
from matplotlib.figure import Figure
from numpy.typing import ArrayLike


def draw_embedding(points: ArrayLike, target: ArrayLike, classes: Sequence[str], title: str = '') -> Figure:
    """A dot for each sample in the colour of its true class, without axes: distances in the plane have no unit.

    Args:
        points: ``(N, 2)``.
        target: ``(N,)`` true classes in ``[0, K)``.
        classes: ``K`` names, at most 20; those without samples are left out of the legend.
        title: above the picture.

    Raises:
        ValueError: shapes that do not fit, a class without a name, or more classes than colours.
    """
    points, target = np.asarray(points), np.asarray(target)
    if points.shape != (len(target), 2) or not target.size:
        raise ValueError(f'expected points (N, 2) and targets (N,), got shapes {points.shape} and {target.shape}')
    if target.min() < 0 or target.max() >= len(classes):
        raise ValueError(f'target holds {target.min()} to {target.max()}, and there are {len(classes)} classes')
    colours = color_sequences['tab10' if len(classes) <= 10 else 'tab20']
    if len(classes) > len(colours):
        raise ValueError(f'{len(classes)} classes, and only {len(colours)} colours that can be told apart')
    figure = Figure(figsize=(7, 5.5), layout='constrained')
    axes = figure.add_subplot()
    for index, name in enumerate(classes):
        own = points[target == index]
        if len(own):
            size = 30 if len(target) < 500 else 10
            axes.scatter(own[:, 0], own[:, 1], s=size, color=colours[index], alpha=0.8, linewidths=0, label=f'{name} ({len(own)})')
    axes.set(xticks=[], yticks=[])
    figure.suptitle(title, fontsize='medium')  # over the legend too, where a long one has room
    axes.set_aspect('equal', 'datalim')
    figure.legend(loc='outside right center', markerscale=2 if len(target) >= 500 else 1)
    return figure
