"""What sections consist of: numbers with all that belongs to them, and curves. Plain data, which is what ``report.json`` holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cell:
    """One number.

    Args:
        section: of the report.
        model: name of the contender.
        condition: what the images were shown under, or the name of a list.
        metric: e.g. ``accuracy``.
        value: in the unit of the metric: shares in [0, 1]; None if it is not defined.
        low: lower end of its 95 % interval; None if there is none.
        high: upper end.
        n: number of images.
        facts: of the condition, e.g. ``dict(order='square', fill='black', share=20)``.
        flags: what could make the number better than it should be, see :mod:`ofer.report.contamination`.
    """

    section: str
    model: str
    condition: str
    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curve:
    """Numbers over numbers.

    Args:
        section: of the report.
        model: name of the contender.
        name: of the curve.
        x: values.
        y: values, as many.
        facts: of the curve.
    """

    section: str
    model: str
    name: str
    x: Sequence[float]
    y: Sequence[float]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """Model A minus model B on the same images.

    Args:
        condition: what the images were shown under.
        metric: that is compared.
        first: name of A.
        second: name of B.
        difference: of the metric.
        low: lower end of its 95 % interval.
        high: upper end.
        p_value: of the test.
        test: its name.
        n: number of images.
        decides: whether this test decides. It does not if some of the images are training images of the data set: then the same test
            without them does.
        corrected: p-value corrected over all tests of the report that decide (Holm); None for the others.
        flags: of either model, see :class:`Cell`.
    """

    condition: str
    metric: str
    first: str
    second: str
    difference: float
    low: float
    high: float
    p_value: float
    test: str
    n: int
    decides: bool = True
    corrected: float | None = None
    flags: tuple[str, ...] = ()

    @property
    def significant(self) -> bool:
        """Whether it may be called a difference: the corrected p-value is below 0.05."""
        return self.corrected is not None and self.corrected < 0.05


@dataclass(frozen=True)
class Section:
    """A section.

    Args:
        cells: its numbers.
        curves: its curves.
        problems: what is missing and why, as sentences.
    """

    cells: tuple[Cell, ...] = ()
    curves: tuple[Curve, ...] = ()
    problems: tuple[str, ...] = ()


def as_rows(items: Iterable[Any]) -> list[dict[str, Any]]:
    """Cells, curves or differences as plain dicts."""
    return [asdict(item) | ({'significant': item.significant} if isinstance(item, Difference) else {}) for item in items]
