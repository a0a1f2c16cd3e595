"""``report.md``."""

from collections.abc import Mapping
from typing import Any

from ofer.evaluation.report import markdown_table
from ofer.report.rendering.published_tables import published_table
from ofer.report.rendering.tables import MARK, differences_table, tables
from ofer.report.rendering.words import SECTION_TITLES, head_lines


def markdown(content: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    lines = ['# Occlusion report', '', *(f'* {line}' for line in head_lines(content)), '']
    if content['problems']:
        lines += ['**What is missing or was changed:**', '', *(f'* {problem}' for problem in content['problems']), '']
    flags = {name: facts['contamination'] for name, facts in content['header']['models'].items() if facts['contamination']}
    for name, found in flags.items():
        lines += [f'{MARK} {name}: {"; ".join(found)}', '']
    found_tables = list(tables(content))
    for name, section in content['sections'].items():
        lines += [f'## {SECTION_TITLES[name]}', '']
        lines += [*(f'* {problem}' for problem in section['problems']), ''] if section['problems'] else []
        for table in (one for one in found_tables if one.section == name):
            lines += [f'**{table.title}**', '', markdown_table(table.head, table.rows), '']
            lines += [table.note, ''] if table.note else []
    found_differences = differences_table(content)
    if found_differences is not None:
        lines += ['## Differences', '', markdown_table(found_differences.head, found_differences.rows), '', found_differences.note, '']
    published = published_table(content)
    if published is not None:
        lines += [f'## {published.title}', '', markdown_table(published.head, published.rows), '', published.note, '']
    return '\n'.join(lines)
