"""``report.html``: one file that opens without a network, on a phone, and in print."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ofer.report.rendering.charts import css_colour
from ofer.report.rendering.examples import example_pictures
from ofer.report.rendering.figures import figures
from ofer.report.rendering.published_tables import published_table
from ofer.report.rendering.tables import MARK, differences_table, find, percent, tables
from ofer.report.rendering.words import SECTION_NOTES, SECTION_TITLES, head_lines

FOLDED = 8
"""Tables with more rows are folded; print shows them."""


def page_environment() -> Environment:
    """The templates of the package; whatever is not marked as safe is escaped."""
    return Environment(
        loader=PackageLoader('ofer.report.rendering', '.'), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def html(content: Mapping[str, Any]) -> str:
    """The page of a report."""
    models = list(content['header']['models'])
    flags = {name: facts['contamination'] for name, facts in content['header']['models'].items()}
    found = list(tables(content))
    sections = [
        {
            'name': name,
            'title': SECTION_TITLES[name],
            'note': SECTION_NOTES[name],
            'problems': section['problems'],
            'coloured': name not in ('regions', 'detection'),  # a chart shows several models
            'figures': [(one.title, Markup(one.svg), one.note) for one in figures(name, section, models)],
            'tables': [table for table in found if table.section == name],
        }
        for name, section in content['sections'].items()
    ]
    page = (
        page_environment()
        .get_template('page.html')
        .render(
            title=f'Occlusion report: {", ".join(models)}',
            lines=head_lines(content),
            models=[(name, css_colour(number), '; '.join(flags[name])) for number, name in enumerate(models)],
            mark=MARK,
            brief=brief(content),
            problems=content['problems'],
            examples=example_pictures(),
            sections=sections,
            differences=differences_table(content),
            published=published_table(content),
            folded=FOLDED,
            digest=content['digest'],
        )
    )
    return page.replace(' %', '&nbsp;%')


def brief(content: Mapping[str, Any]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The numbers that one looks for first: head and rows of a table, a row for each model."""
    cells = [cell for section in content['sections'].values() for cell in section['cells']]
    wanted = {
        'clean': ('clean', 'accuracy'),
        'black square of 30 %': ('square-black-30', 'accuracy'),
        'curve of random patches': ('patches-black', 'area'),
        'face mask': ('drawn-mask', 'accuracy'),
        'really occluded': ('occlusion', 'accuracy'),
        'corruptions': ('all corruptions', 'accuracy'),
    }
    models = list(content['header']['models'])
    known = {
        words: [find(cells, condition=condition, metric=metric, model=model) for model in models]
        for words, (condition, metric) in wanted.items()
    }
    known = {words: row for words, row in known.items() if any(cell is not None for cell in row)}
    rows = [(model, *(percent(row[number]) for row in known.values())) for number, model in enumerate(models)]
    return ('accuracy in %', *known), rows
