"""Report files from the content of ``report.json``; nothing is measured here."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ofer.report.rendering.csv_files import csv_files
from ofer.report.rendering.html import html
from ofer.report.rendering.latex import latex
from ofer.report.rendering.markdown import markdown


def write_report(content: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write ``report.json``, a CSV file for each section, ``report.md``, ``report.tex`` and ``report.html``.

    Args:
        content: of ``report.json``.
        folder: is created.

    Returns:
        The files.
    """
    files = {
        'report.json': json.dumps(content, indent=1) + '\n',
        'report.md': markdown(content),
        'report.tex': latex(content),
        'report.html': html(content),
        **csv_files(content),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding='utf-8')
    return [folder / name for name in files]
