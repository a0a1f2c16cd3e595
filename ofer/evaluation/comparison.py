"""Models compared on the same test sets: image by image from their predictions, or side by side from their metrics."""

from ofer.evaluation.functional import wilson_interval
from ofer.evaluation.paired import paired_difference
from ofer.evaluation.report import markdown_table, measures_table


def compare(first: dict[str, list[dict]], second: dict[str, list[dict]]) -> str:
    """Markdown table of two dumps, a row for every test set that both have.

    Args:
        first: predictions of model A by test set, as :func:`ofer.evaluation.result_files.read_predictions` returns them.
        second: of model B.

    Raises:
        ValueError: they have no test set in common, or one of them holds other images or other labels.
    """
    common = [name for name in first if name in second]
    if not common:
        raise ValueError(f'no test set in common: {", ".join(first)} and {", ".join(second)}. Test both models on the same sets.')
    rows = []
    for name in common:
        pairs = [{sample['img_path']: sample for sample in dump[name]} for dump in (first, second)]
        if pairs[0].keys() != pairs[1].keys():
            raise ValueError(f'{name}: the two files are not about the same images. Test both models on the same set.')
        other = next((path for path in pairs[0] if pairs[0][path]['gt_label'] != pairs[1][path]['gt_label']), None)
        if other is not None:
            raise ValueError(f'{name}: {other} has another label in the second file. Test both models with the same labels.')
        a, b = ([dump[path]['pred_label'] == dump[path]['gt_label'] for path in pairs[0]] for dump in pairs)
        n = len(a)
        cells = []
        for right in (a, b):
            low, high = wilson_interval(sum(right), n)
            cells.append(f'{100 * sum(right) / n:.2f} ({100 * low:.2f} to {100 * high:.2f})')
        paired = paired_difference(a, b)
        difference = f'{100 * paired.difference:+.2f} ({100 * paired.low:+.2f} to {100 * paired.high:+.2f})'
        rows.append([name, str(n), *cells, difference, f'{paired.p_value:.2g}'])
    return markdown_table(['test set', 'images', 'A', 'B', 'A - B', 'p'], rows)


def metrics_tables(reports: dict[str, dict[str, dict[str, float]]]) -> str:
    """Markdown tables of the test sets that all reports have.

    Args:
        reports: what :func:`ofer.evaluation.result_files.read_metrics` returned, by the name of the model.

    Raises:
        ValueError: they have none in common.
    """
    common = [name for name in next(iter(reports.values())) if all(name in sets for sets in reports.values())]
    if not common:
        raise ValueError(f'{", ".join(reports)} have no test set in common. Test them with configs that name the same sets.')
    return '\n\n'.join(f'{name}\n\n{measures_table({model: sets[name] for model, sets in reports.items()})}' for name in common)
