"""What every section is given."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ofer.evaluation import bootstrap
from ofer.report.cells import Cell
from ofer.report.protocols.base import Condition
from ofer.report.results import Result, Results

WITHOUT = ', without duplicates'
"""Behind the name of images: those that are not training images of the data set."""


@dataclass(frozen=True)
class Context:
    """What every section is given.

    Args:
        results: answers of all contenders.
        conditions: what was measured.
        duplicates: ``(N,)`` bool: images that are also among the training images of the data set; None if unknown.
        baseline: name of the contender that errors are relative to.
    """

    results: Results
    conditions: Sequence[Condition]
    duplicates: np.ndarray | None = None
    baseline: str = ''
    _known: dict[Hashable, np.ndarray] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """What was computed under this key, or is computed now."""
        if key not in self._known:
            self._known[key] = compute()
        return self._known[key]

    def weights(self, number: int) -> np.ndarray:
        """Resamples of so many images, ``(B, number)``: the same for all models and sections, drawn once."""
        return self.once(('weights', number), lambda: bootstrap.resamples(number))

    def measured(self, section: str) -> Iterator[tuple[Condition, str, Result]]:
        """Conditions of a section with each contender and its result, where there is one."""
        for condition in self.conditions:
            if condition.section == section:
                for model in self.results.models:
                    result = self.results.get(model, condition.name)
                    if result is not None:
                        yield condition, model, result

    def kept(self, rows: np.ndarray) -> np.ndarray | None:
        """Which of some images are not training images.

        Args:
            rows: ``(n,)`` indices of the images.

        Returns:
            ``(m,)`` indices into ``rows``; None if all images are kept, or duplicates are unknown.
        """
        if self.duplicates is None or not self.duplicates[rows].any():
            return None
        return np.flatnonzero(~self.duplicates[rows])

    def problems(self, section: str) -> list[str]:
        """Answers that are missing in a section."""
        found = (unanswered(model, condition.name, result) for condition, model, result in self.measured(section))
        return [problem for problem in found if problem is not None]


def unanswered(model: str, condition: str, result: Result) -> str | None:
    """A sentence about images without an answer; None if all have one."""
    missing = int((~result.answered).sum())
    if not missing:
        return None
    reason = '; '.join(result.problems) or 'no reason given'
    return f'{model}, {condition}: no answer for {missing} of {len(result)} images, counted as wrong ({reason})'


def share_cell(section: str, model: str, condition: str, metric: str, hits: np.ndarray, facts: Mapping | None = None) -> Cell:
    """A share of images with its Wilson interval."""
    from ofer.evaluation.functional import wilson_interval

    n = len(hits)
    if not n:
        return Cell(section, model, condition, metric, None, n=0, facts=facts or {})
    low, high = wilson_interval(int(np.sum(hits)), n)
    return Cell(section, model, condition, metric, float(np.mean(hits)), low, high, n, facts or {})
