"""Expressions and occlusion over the time of a video, a strip for each person."""

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ofer.visualization.palette import Colour, colour_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ofer.inference.face_result import FaceResult

_MOST_TRACKS = 6
_MOST_LINES = 4  # expressions that are drawn in colour; the others stay below
_GAP = 1.0  # seconds without the person that interrupt a line
_STYLES = ('-', '--', '-.', ':')


class Timeline:
    """Collects the results of a video, a few numbers a face, and draws them.

    Args:
        classes: names of the expressions.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = tuple(classes)
        self.tracks: dict[int, array[float]] = {}

    def add(self, results: Sequence['FaceResult']) -> None:
        """Take the faces of the next frame; those without a track are left out."""
        for result in results:
            if result.track is None or result.time is None:
                continue
            shares = [result.smoothed.get(name, 0.0) for name in self.classes]
            fraction = np.nan if result.occluded_fraction is None else result.occluded_fraction
            row = [result.time, fraction, float(result.abstain), *shares]
            self.tracks.setdefault(result.track, array('d')).extend(row)

    def values(self, track: int) -> np.ndarray:
        """``(frames, 3 + K)``: time, occluded share, whether the model abstains, smoothed probabilities."""
        return np.frombuffer(self.tracks[track]).reshape(-1, 3 + len(self.classes))

    def draw(self, title: str = '') -> 'Figure':
        """The picture: for each of the longest tracks, the most probable expressions, and below them the occluded share.

        Lines have both a colour and a style, and their names at the right end. Grey ground: the model abstains.
        """
        from matplotlib.figure import Figure  # imported where it is needed: answers without a timeline come sooner

        longest = sorted(self.tracks, key=lambda track: -len(self.tracks[track]))[:_MOST_TRACKS]
        figure = Figure(figsize=(10, 0.6 + 2.6 * max(len(longest), 1)), layout='constrained', dpi=120)
        if title:
            figure.suptitle(title, fontsize=12)
        if not longest:
            axes = figure.subplots()
            axes.text(0.5, 0.5, 'no face was followed', ha='center', va='center', fontsize=12)
            axes.axis('off')
            return figure
        ratios = [3, 1] * len(longest)
        grid = np.atleast_1d(figure.subplots(2 * len(longest), 1, sharex=True, height_ratios=ratios))
        for i, track in enumerate(sorted(longest)):
            self._draw_track(grid[2 * i], grid[2 * i + 1], track)
        left_out = len(self.tracks) - len(longest)
        notes = ['grey ground: the model abstains'] + [f'{left_out} shorter tracks are not shown'] * bool(left_out)
        grid[-1].set_xlabel(f'time, s   ({"; ".join(notes)})', fontsize=11)
        return figure

    def _draw_track(self, upper: 'Axes', lower: 'Axes', track: int) -> None:
        from matplotlib.patheffects import withStroke

        rim = [withStroke(linewidth=3.4, foreground='0.25')]  # yellow and sky blue would be faint on white
        values = _with_gaps(self.values(track))
        time, fraction, abstains, shares = values[:, 0], values[:, 1], values[:, 2], values[:, 3:]
        chosen = np.argsort(-np.nanmax(shares, axis=0), kind='stable')[:_MOST_LINES]
        ends = []
        for k in chosen:
            style = _STYLES[k % len(_STYLES)]
            upper.plot(time, shares[:, k], style, color=_rgb(colour_of(self.classes[k])), linewidth=2.2, path_effects=rim)
            ends.append((float(shares[np.isfinite(shares[:, k]), k][-1]), self.classes[k]))
        for height, (_, name) in zip(_spread([share for share, _ in ends]), ends, strict=True):
            upper.annotate(
                name, (1.005, height), xycoords=('axes fraction', 'data'), color='black', fontsize=10, va='center',
                bbox=dict(boxstyle='square,pad=0.15', facecolor=_rgb(colour_of(name)), alpha=0.45, linewidth=0),
            )  # fmt: skip
        upper.set_ylim(0, 1.02)
        upper.set_ylabel(f'#{track}\nprobability', fontsize=10)
        lower.fill_between(time, np.nan_to_num(fraction), color='0.45', linewidth=0)
        lower.set_ylim(0, 1)
        lower.set_yticks([0, 1])
        lower.set_ylabel('occluded', fontsize=10)
        for axes in (upper, lower):
            axes.fill_between(time, 0, 1.02, where=abstains > 0.5, color='0.85', linewidth=0, zorder=0, step='mid')
            axes.spines[['top', 'right']].set_visible(False)


def _with_gaps(values: np.ndarray) -> np.ndarray:
    """A row that is not a number wherever the person was away for long: lines stop there."""
    jumps = np.flatnonzero(np.diff(values[:, 0]) > _GAP) + 1
    return np.insert(values, jumps, np.nan, axis=0)


def _spread(heights: Sequence[float], least: float = 0.12) -> list[float]:
    """Heights of labels, moved apart so that none hides another."""
    order = np.argsort(heights, kind='stable')
    placed = np.array(heights, float)
    for lower, upper in pairwise(order):
        placed[upper] = max(placed[upper], placed[lower] + least)
    over = max(0.0, float(placed.max()) - 1.0) if len(placed) else 0.0
    return list(placed - over)


def _rgb(colour: Colour) -> tuple[float, ...]:
    return tuple(value / 255 for value in colour)
