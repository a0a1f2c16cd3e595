"""Where a checkpoint comes from: the config, the time and the length of the training that wrote it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ofer.compat import load_checkpoint
from ofer.engine.checkpoints.weights import classes_of
from ofer.shipped import config_files
from ofer.weights import located


@dataclass(frozen=True)
class Origin:
    """The origin of a checkpoint; entries that it does not contain are None.

    Attributes:
        config: name of the config, as of the file that was trained.
        time: of writing, ``YYYYMMDD_HHMMSS``.
        version: of this library.
        epoch: finished epochs.
        iteration: finished iterations.
        seed: of the training.
        model: type of the model.
        classes: names in the order of the outputs.
        text: the whole config, with overrides, as Python.
    """

    config: str | None
    time: str | None
    version: str | None
    epoch: int | None
    iteration: int | None
    seed: int | None
    model: str | None
    classes: tuple[str, ...] | None
    text: str | None

    def lines(self) -> Iterator[str]:
        """The facts as text, a line each."""
        if self.config is None and self.model is None:
            yield 'it does not state its config: a file of weights alone, or of another library'
        if self.config is not None:
            shipped = config_files().get(self.config)
            yield f'config     {self.config}' + (f' (in this package: {shipped})' if shipped else ' (not in this package)')
        facts = {
            'model': self.model, 'classes': self.classes and ', '.join(self.classes), 'epochs': self.epoch, 'iterations': self.iteration,
            'seed': self.seed, 'written': self.time, 'ofer': self.version,
        }  # fmt: skip
        yield from (f'{name:<10} {value}' for name, value in facts.items() if value is not None)


def _trained_model(text: Any) -> Mapping[str, Any]:
    """``model`` of a config that a training has written as Python; empty if it is no such text. The text is not run."""
    try:
        statements = ast.parse(text).body if isinstance(text, str) else []
    except (SyntaxError, ValueError, RecursionError):
        return {}
    values = [one.value for one in statements if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == 'model']
    words = [word for value in values if isinstance(value, ast.Call) for word in value.keywords if word.arg == 'type']
    return {word.arg: word.value.value for word in words if word.arg and isinstance(word.value, ast.Constant)}


def origin(path: str | Path) -> Origin:
    """Read the origin of a checkpoint of a training or of ``ofer convert``.

    Args:
        path: of the file.

    Raises:
        FileNotFoundError: it does not exist.
        UnsafeCheckpointError: it contains more than data.
    """
    checkpoint = load_checkpoint(located(path))
    meta = checkpoint.get('meta')
    facts: Mapping[str, Any] = meta if isinstance(meta, Mapping) else {}
    name = facts.get('experiment_name')
    model = facts.get('model') or _trained_model(facts.get('cfg'))
    return Origin(
        config=str(name).rsplit('_', 2)[0] if name else None,  # NAME_YYYYMMDD_HHMMSS
        time=facts.get('time'),
        version=facts.get('ofer_version'),
        epoch=facts.get('epoch'),
        iteration=facts.get('iter'),
        seed=facts.get('seed'),
        model=model.get('type') if isinstance(model, Mapping) else None,
        classes=classes_of(checkpoint),
        text=facts.get('cfg'),
    )
