"""The report on a data set, as text and as plain data."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tabulate import tabulate

from ofer.datasets.verification.reading import Split
from ofer.datasets.verification.verdict import Verdict


def report_lines(splits: Sequence[Split], verdict: Verdict, most: int) -> list[str]:
    """The report as lines.

    Args:
        splits: of the data set.
        verdict: on them.
        most: number of duplicates and of notes to list; all problems are listed.
    """
    titles = [split.title for split in splits]
    rows = [[label, *(str(numbers[title]) for title in titles)] for label, numbers in verdict.counts.items()]
    totals = [str(sum(numbers[title] for numbers in verdict.counts.values())) for title in titles]
    align = ['left', *['right'] * len(titles)]
    table = tabulate([*rows, ['total', *totals]], ['images', *titles], tablefmt='pipe', colalign=align, disable_numparse=True)
    lines = [table, '']
    sizes = [f'{width}x{height} {number}' for (height, width), number in list(verdict.sizes.items())[:5]]
    more = f' and {len(verdict.sizes) - 5} other sizes' if len(verdict.sizes) > 5 else ''
    lines.append(f'decoded: {verdict.decoded}, {verdict.grey} of them grey; pixels: {", ".join(sizes) or "none"}{more}')
    across = [duplicate for duplicate in verdict.duplicates if len(duplicate.splits) > 1]
    lines.append(
        f'duplicates (equal in all decoded pixels): {len(across)} groups across splits, '
        f'{len(verdict.duplicates) - len(across)} within one, {sum(d.disagree for d in verdict.duplicates)} of all with different labels'
    )
    lines += _pairs_of_splits(verdict)
    listed = [', '.join(f'{path} ({split}, {label})' for split, path, label in d.places) for d in verdict.duplicates]
    lines += _shortened(listed, most)
    lines.append(f'notes: {len(verdict.notes)}')
    lines += _shortened(verdict.notes, most)
    kinds = Counter(problem.kind for problem in verdict.problems)
    lines.append(f'problems: {len(verdict.problems)}' + ''.join(f', {kind} {number}' for kind, number in kinds.items()))
    lines += [f'  {problem.kind}: {problem.message}' for problem in verdict.problems]
    lines.append('ready for training' if verdict.ready else 'not ready for training')
    return lines


def report_data(splits: Sequence[Split], verdict: Verdict) -> dict[str, Any]:
    """The whole report as plain data, with all duplicates."""
    return {
        'ready': verdict.ready,
        'layouts': {split.title: split.layout for split in splits},
        'counts': verdict.counts,
        'decoded': verdict.decoded,
        'grey': verdict.grey,
        'sizes': {f'{width}x{height}': number for (height, width), number in verdict.sizes.items()},
        'problems': [{'kind': problem.kind, 'message': problem.message} for problem in verdict.problems],
        'notes': list(verdict.notes),
        'duplicates': [
            [{'split': split, 'img_path': image, 'label': label} for split, image, label in d.places] for d in verdict.duplicates
        ],
    }


def _pairs_of_splits(verdict: Verdict) -> list[str]:
    """Number of groups of equal images that each set of splits shares."""
    shared = Counter(' and '.join(duplicate.splits) for duplicate in verdict.duplicates if len(duplicate.splits) > 1)
    return [f'  {number} in {titles}' for titles, number in shared.items()]


def _shortened(lines: Sequence[str], most: int) -> list[str]:
    """The first lines, indented, and the number of the others."""
    rest = [f'  and {len(lines) - most} more (--show, --out)'] if len(lines) > most else []
    return [*(f'  {line}' for line in lines[:most]), *rest]
