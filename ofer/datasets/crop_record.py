"""The record of ``ofer crop`` about its crops, or its table of faces. A training on the crops copies it to the checkpoint."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ofer.stored import read_json

CROP_RECORD = 'crops.json'


def read_crop_record(folder: str | Path) -> dict[str, Any] | None:
    """The record in a folder of crops, with ``aligner`` (None: a table of faces without crops); None if there is none.

    Raises:
        ValueError: it is damaged.
    """
    path = Path(folder) / CROP_RECORD
    if not path.is_file():
        return None
    record = read_json(path, 'Run ofer crop again, or remove the file.')
    if 'aligner' not in record or not isinstance(record['aligner'], dict | None):
        raise ValueError(f'{path}: states no aligner. Run ofer crop again, or remove the file.')
    return record


def write_crop_record(folder: str | Path, record: Mapping[str, Any]) -> None:
    """Write the record of a folder of crops, or of a table of faces."""
    (Path(folder) / CROP_RECORD).write_text(json.dumps(record, indent=1) + '\n', encoding='utf-8')
