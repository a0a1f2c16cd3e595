"""Charts as SVG, to be put into a page: small, readable at the width of a phone, with the numbers as tooltips.

Lines and text take the colour of the page around them, so that dark pages and prints work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ofer.visualization.palette import BLUE, GREEN, ORANGE, PURPLE, SKY_BLUE, VERMILION, Colour

COLOURS: tuple[Colour, ...] = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY_BLUE)
WIDTH, HEIGHT = 360, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 10, 38


@dataclass(frozen=True)
class Line:
    """A line of a chart.

    Args:
        name: for the legend and the tooltips.
        x: values.
        y: values, as many.
        colour: number of its colour.
        dashed: drawn dashed, for another kind of line of the same model.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: int
    dashed: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar of a chart.

    Args:
        group: words beside it; bars of one group lie together.
        name: of the model.
        value: its length.
        low: lower end of its interval; None: none.
        high: upper end.
        colour: number of its colour.
    """

    group: str
    name: str
    value: float
    low: float | None
    high: float | None
    colour: int


def css_colour(number: int) -> str:
    """Colour as CSS."""
    return 'rgb({}, {}, {})'.format(*COLOURS[number % len(COLOURS)])


def line_chart(lines: Sequence[Line], x_title: str, y_title: str, x_range: tuple[float, float], y_range: tuple[float, float]) -> str:
    """Lines over a common axis, both in percent.

    Args:
        lines: values are shares.
        x_title: below the chart.
        y_title: beside it.
        x_range: of the axis, shares.
        y_range: of the axis, shares.
    """
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def at(x: float, y: float) -> tuple[float, float]:
        across = (x - x_range[0]) / max(x_range[1] - x_range[0], 1e-9)
        up = (y - y_range[0]) / max(y_range[1] - y_range[0], 1e-9)
        return round(_LEFT + wide * across, 1), round(_TOP + high * (1 - up), 1)

    parts = [_frame(f'{y_title} over {x_title}', HEIGHT)]
    for value in _ticks(*y_range):
        _, y = at(x_range[0], value)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{_LEFT - 5}" y="{y + 4}" text-anchor="end">{100 * value:.0f}</text>')
    for value in _ticks(*x_range):
        x, _ = at(value, 0)
        parts.append(f'<text x="{x}" y="{HEIGHT - _BOTTOM + 16}" text-anchor="middle">{100 * value:.0f}</text>')
    parts.append(f'<text x="{_LEFT + wide / 2}" y="{HEIGHT - 5}" text-anchor="middle">{escape(x_title)}</text>')
    middle = _TOP + high / 2
    parts.append(f'<text x="11" y="{middle}" text-anchor="middle" transform="rotate(-90 11 {middle})">{escape(y_title)}</text>')
    for line in lines:
        points = [at(x, y) for x, y in zip(line.x, line.y, strict=True)]
        colour = css_colour(line.colour)
        dash = ' stroke-dasharray="5 4"' if line.dashed else ''
        path = ' '.join(f'{x},{y}' for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        if len(points) <= 20:
            for (x, y), horizontal, vertical in zip(points, line.x, line.y, strict=True):
                tip = f'{escape(line.name)}: {100 * vertical:.1f} % at {100 * horizontal:.0f} %'
                parts.append(f'<circle cx="{x}" cy="{y}" r="3.2" fill="{colour}"><title>{tip}</title></circle>')
    return '\n'.join([*parts, '</svg>'])


def bar_chart(bars: Sequence[Bar], x_title: str) -> str:
    """Horizontal bars in groups, with their intervals, in percent; negative values point to the left."""
    groups = list(dict.fromkeys(bar.group for bar in bars))
    ends = [0.0, *(value for bar in bars for value in (bar.value, bar.low, bar.high) if value is not None)]
    low, high = min(ends), max(ends)
    left, thick, gap = 118, 11, 8
    wide = WIDTH - left - _RIGHT
    number = len(dict.fromkeys(bar.name for bar in bars))
    height = len(groups) * (number * thick + gap) + _TOP + 34

    def at(value: float) -> float:
        return round(left + wide * (value - low) / max(high - low, 1e-9), 1)

    parts = [_frame(x_title, height)]
    for value in _ticks(low, high):
        parts.append(f'<line class="grid" x1="{at(value)}" x2="{at(value)}" y1="{_TOP}" y2="{height - 32}"/>')
        parts.append(f'<text x="{at(value)}" y="{height - 19}" text-anchor="middle">{100 * value:.0f}</text>')
    parts.append(f'<text x="{left + wide / 2}" y="{height - 4}" text-anchor="middle">{escape(x_title)}</text>')
    for place, group in enumerate(groups):
        top = _TOP + place * (number * thick + gap) + gap / 2
        middle = top + number * thick / 2 + 4
        parts.append(f'<text x="{left - 6}" y="{middle}" text-anchor="end">{escape(group)}</text>')
        for row, bar in enumerate(one for one in bars if one.group == group):
            y, start, stop = top + row * thick, min(at(0), at(bar.value)), max(at(0), at(bar.value))
            interval = '' if bar.low is None or bar.high is None else f' ({100 * bar.low:.1f} to {100 * bar.high:.1f})'
            tip = f'{escape(bar.name)}, {escape(group)}: {100 * bar.value:.1f} %{interval}'
            size = f'width="{max(stop - start, 0.5):.1f}" height="{thick - 2}"'
            parts.append(f'<rect x="{start}" y="{y}" {size} fill="{css_colour(bar.colour)}"><title>{tip}</title></rect>')
            if bar.low is not None and bar.high is not None:
                level = y + (thick - 2) / 2
                parts.append(f'<line class="whisker" x1="{at(bar.low)}" x2="{at(bar.high)}" y1="{level}" y2="{level}"/>')
    parts.append(f'<line class="axis" x1="{at(0)}" x2="{at(0)}" y1="{_TOP}" y2="{height - 32}"/>')
    return '\n'.join([*parts, '</svg>'])


def _frame(title: str, height: float) -> str:
    return f'<svg class="chart" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'


def _ticks(low: float, high: float) -> list[float]:
    """Round values in a range, five to ten of them."""
    span = max(high - low, 1e-6)
    step = next(step for step in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 10.0) if span / step <= 8)
    first = -(-low // step)
    return [round(step * (first + k), 6) for k in range(int((high - first * step) / step + 1e-6) + 1)]
