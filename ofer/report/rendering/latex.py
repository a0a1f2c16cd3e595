"""``report.tex``: tables with booktabs, for a paper."""

from collections.abc import Mapping
from typing import Any

from ofer.report.rendering.tables import Table, differences_table, tables

_ESCAPED = {
    '&': r'\&',
    '%': r'\%',
    '_': r'\_',
    '#': r'\#',
    '$': r'\$',
    '†': r'$^\dagger$',
    '{': r'\{',
    '}': r'\}',
    '~': r'\textasciitilde{}',
}


def latex(content: Mapping[str, Any]) -> str:
    """All tables; the paper needs the package booktabs."""
    data = content['header']['data']
    head = f'% ofer occlusion report, protocol {content["protocol"]}, {data["title"]}, digest {content["digest"]}\n'
    found = list(tables(content))
    last = differences_table(content)
    return head + '\n'.join(_table(table) for table in (found if last is None else [*found, last]))


def escaped(text: str) -> str:
    """Text in which LaTeX sees no commands."""
    text = text.replace('\\', r'\textbackslash ')
    return ''.join(_ESCAPED.get(letter, letter) for letter in text)


def _table(table: Table) -> str:
    head, *rows = (' & '.join(map(escaped, row)) + r' \\' for row in (table.head, *table.rows))
    lines = [
        r'\begin{table}',
        r'\centering',
        rf'\caption{{{escaped(table.title)}}}',
        rf'\begin{{tabular}}{{l{"r" * (len(table.head) - 1)}}}',
        *(r'\toprule', head, r'\midrule', *rows, r'\bottomrule'),
        r'\end{tabular}',
        *([rf'\\[2pt]\footnotesize {escaped(table.note)}'] if table.note else []),
        r'\end{table}',
    ]
    return '\n'.join(lines) + '\n'
