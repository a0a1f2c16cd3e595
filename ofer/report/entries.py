"""Descriptions of contenders that every process can load for itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ofer.report.contenders import Contender, RecogniserContender

Load = Callable[[], Contender]


@dataclass(frozen=True)
class Entry:
    """A contender before it is loaded.

    Args:
        name: in the report.
        load: loads it; must be picklable if several processes are used.
        identity: what determines its answers, e.g. hashes of config and weights: answers in the folder of a report are used again only
            if it is unchanged.
    """

    name: str
    load: Load
    identity: Mapping[str, Any] = field(default_factory=dict)

    def same_model(self, other: 'Entry') -> bool:
        """Whether both are one model: the same entry, or of the same files."""
        return self is other or bool(self.identity.get('weights_sha256') and self.identity == other.identity)


@dataclass(frozen=True)
class OfCallable:
    """Loads a contender from a callable or adapter.

    Args:
        name: in the report.
        answer: the callable, or the name of an adapter.
        classes: of the data set, for callables that state none.
    """

    name: str
    answer: Callable[[np.ndarray], Any] | str
    classes: Sequence[str]

    def __call__(self) -> Contender:
        """The contender."""
        from ofer.evaluation.adapters import load_adapter

        answer = load_adapter(self.answer) if isinstance(self.answer, str) else self.answer
        facts = {'kind': 'adapter' if isinstance(self.answer, str) else 'callable', 'source': _title(self.answer)}
        facts |= {key: getattr(answer, key) for key in ('version', 'trained_on') if hasattr(answer, key)}
        stated = getattr(answer, 'classes', None)
        facts['label_order'] = 'stated by the callable' if stated is not None else 'taken to be that of the data set'
        return Contender(self.name, answer, tuple(stated if stated is not None else self.classes), facts)


@dataclass(frozen=True)
class OfRecogniser:
    """Loads a contender from a model of this library.

    Args:
        name: in the report.
        loader: returns the recogniser.
        facts: for the header of the report.
    """

    name: str
    loader: Callable[[], Any]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self) -> Contender:
        """The contender."""
        recogniser = self.loader()
        network = recogniser.model
        facts = {
            'kind': type(network).__name__,
            'parameters': sum(parameter.numel() for parameter in network.parameters()),
            'aligner': recogniser.aligner.describe(),
            'temperature': recogniser.temperature,
            'label_order': 'stated by the checkpoint',
            **self.facts,
        }
        return RecogniserContender(self.name, recogniser, facts)


def unique_names(names: Sequence[str]) -> list[str]:
    """The names, with a number behind those that are there already.

    >>> unique_names(['resnet', 'orsanet', 'resnet'])
    ['resnet', 'orsanet', 'resnet-2']
    """
    found: list[str] = []
    for name in names:
        safe = ''.join(letter if letter.isalnum() or letter in '._-' else '_' for letter in name)
        number, candidate = 1, safe
        while candidate in found:
            number += 1
            candidate = f'{safe}-{number}'
        found.append(candidate)
    return found


def _title(answer: Any) -> str:
    if isinstance(answer, (str, Path)):
        return str(answer)
    return f'{getattr(answer, "__module__", "")}:{getattr(answer, "__qualname__", type(answer).__qualname__)}'
