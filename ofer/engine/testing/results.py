"""The file of the results of a test."""

from pathlib import Path
from typing import Any

import mmengine

from ofer.engine.checkpoints import atomic_backend  # noqa: F401  # registers the backend
from ofer.evaluation.report import plain


def write_results(path: Path, content: dict[str, Any]) -> None:
    """Write plain numbers, lists and names as JSON or pickle; the file is written atomically, so an existing file is complete."""
    mmengine.dump(plain(content), path, backend_args={'backend': 'atomic'}, **({'indent': 1} if path.suffix == '.json' else {}))
