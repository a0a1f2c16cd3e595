"""``report.tex``: tables with booktabs, for a paper; tables that are wider than the text are reduced to its width."""

import re
from collections.abc import Mapping
from typing import Any

from ofer.report.rendering.published_tables import published_rows
from ofer.report.rendering.tables import MARK, Table, differences_table, tables

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
    '^': r'\textasciicircum{}',
}


_NARROWER = r'\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{'


def latex(content: Mapping[str, Any]) -> str:
    """All tables; the paper needs the packages booktabs and graphicx."""
    data = content['header']['data']
    head = f'% ofer occlusion report, protocol {content["protocol"]}, {data["title"]}, digest {content["digest"]}\n'
    last = differences_table(content)
    found = [*tables(content), *([] if last is None else [last]), *published_rows(content)]
    return head + '\n'.join(_table(table) for table in found)


def escaped(text: str) -> str:
    """Text in which LaTeX sees no commands; the sign of a negative number is a minus and no hyphen."""
    text = text.replace('\\', r'\textbackslash ')
    return re.sub(r'(?<!\S)(\(?)-(?=\d)', r'\1$-$', ''.join(_ESCAPED.get(letter, letter) for letter in text))


def _table(table: Table) -> str:
    marked = f'{MARK}: something could make the number better than it should be.' if MARK in str(table.rows) else ''
    note = escaped(' '.join(part for part in (table.note, marked) if part))
    head, *rows = (' & '.join(map(escaped, row)) + r' \\' for row in (table.head, *table.rows))
    lines = [
        r'\begin{table}',
        r'\centering',
        rf'\caption{{{escaped(table.title)}}}',
        rf'{_NARROWER}\begin{{tabular}}{{l{"r" * (len(table.head) - 1)}}}',
        *(r'\toprule', head, r'\midrule', *rows[: table.rule], *([r'\midrule'] if table.rule else []), *rows[table.rule :], r'\bottomrule'),
        r'\end{tabular}}',
        *([rf'\par\smallskip\footnotesize {note}'] if note else []),
        r'\end{table}',
    ]
    return '\n'.join(lines) + '\n'
