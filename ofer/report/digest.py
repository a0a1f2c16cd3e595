"""The version of the layout of ``report.json``, and the digest of its content."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SCHEMA = 2
"""Version of the layout of ``report.json``."""


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of everything but the run itself: two reports of the same models on the same images have the same."""
    rest = {key: value for key, value in content.items() if key not in ('digest', 'run')}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(',', ':')).encode()).hexdigest()
