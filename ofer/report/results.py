"""Answers of a contender joined with the truth: what all sections compute their numbers from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ofer.evaluation.class_names import class_indices
from ofer.report.faces import Faces
from ofer.report.measuring import parts_of
from ofer.report.protocols.base import CLEAN
from ofer.report.storage import Storage


@dataclass(frozen=True, eq=False)
class Result:
    """Answers for some images.

    Args:
        scores: ``(n, K)`` probabilities in the order of the model's outputs; NaN where it gave no answer.
        target: ``(n,)`` indices of the true classes among the outputs.
        present: outputs whose classes the data set has.
        covered: ``(n,)`` covered share of each image; None if nothing is covered by definition.
        agreement: ``(n,)`` of the model's occlusion map with the truth; None if there is no map.
        problems: why answers are missing.
    """

    scores: np.ndarray
    target: np.ndarray
    present: tuple[int, ...]
    covered: np.ndarray | None = None
    agreement: np.ndarray | None = None
    problems: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.target)

    @cached_property
    def answered(self) -> np.ndarray:
        """``(n,)`` bool: whether the model gave an answer."""
        return np.isfinite(self.scores).all(1)

    @cached_property
    def prediction(self) -> np.ndarray:
        """``(n,)`` index of the most probable output; -1 without an answer, which counts as wrong."""
        filled = np.where(self.answered[:, None], self.scores, 0.0)
        return np.where(self.answered, filled.argmax(1), -1)

    @cached_property
    def correct(self) -> np.ndarray:
        """``(n,)`` bool."""
        return self.prediction == self.target

    @cached_property
    def confidence(self) -> np.ndarray:
        """``(n,)`` probability of the predicted class; 0 without an answer."""
        return np.where(self.answered, np.where(self.answered[:, None], self.scores, 0.0).max(1), 0.0)

    def select(self, rows: np.ndarray) -> 'Result':
        """Some of the images."""
        return Result(
            self.scores[rows],
            self.target[rows],
            self.present,
            None if self.covered is None else self.covered[rows],
            None if self.agreement is None else self.agreement[rows],
            self.problems,
        )


class Results:
    """All results of a report.

    Args:
        faces: the images and labels.
        storage: of the answers.
        outputs: classes of each contender by its name.
        instead: contender and condition whose answers are those of another condition.
    """

    def __init__(
        self, faces: Faces, storage: Storage, outputs: dict[str, Sequence[str]], instead: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        self.faces, self.storage, self.outputs, self.instead = faces, storage, outputs, dict(instead or {})
        self._cache: dict[tuple[str, str], Result | None] = {}

    @property
    def models(self) -> list[str]:
        """Names of the contenders."""
        return list(self.outputs)

    def all(self, model: str, condition: str) -> Result | None:
        """Answers for all images, also those without a label (whose target is -1); None if they were not computed."""
        key = model, self.instead.get((model, condition), condition)
        if key not in self._cache:
            found = self.storage.read(*key, parts_of(self.faces, condition))
            self._cache[key] = None if found is None or 'probabilities' not in found else self._joined(model, found)
        return self._cache[key]

    def get(self, model: str, condition: str = CLEAN, rows: np.ndarray | None = None) -> Result | None:
        """Answers for the images with a label of the data set, or for some rows; None if they were not computed."""
        whole = self.all(model, condition)
        return None if whole is None else whole.select(self.faces.labelled if rows is None else rows)

    def listed(self, model: str, name: str, condition: str = CLEAN) -> Result | None:
        """Answers for the images of a list, with the labels of the list."""
        whole = self.all(model, condition)
        if whole is None:
            return None
        one = self.faces.lists[name]
        found = whole.select(one.rows)
        target = np.array(found.present)[one.labels]
        return Result(found.scores, target, found.present, found.covered, found.agreement, found.problems)

    def _joined(self, model: str, found: dict[str, np.ndarray]) -> Result:
        present = class_indices(self.outputs[model], self.faces.classes)
        target = np.array([*present, -1])[self.faces.labels[: len(found['probabilities'])]]
        problems = tuple(dict.fromkeys(found.get('problems', np.array([], str)).tolist()))
        return Result(found['probabilities'], target, tuple(present), found.get('covered'), found.get('agreement'), problems)
