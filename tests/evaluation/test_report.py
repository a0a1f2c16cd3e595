import math

from ofer.evaluation.report import markdown_table, measures_table


def test_table_is_aligned() -> None:
    assert markdown_table(['set', 'images'], [['test', '3'], ['occluded', '605']]).splitlines() == [
        '| set      |   images |',
        '|:---------|---------:|',
        '| test     |        3 |',
        '| occluded |      605 |',
    ]


def test_table_without_rows() -> None:
    assert markdown_table(['set', 'images'], []).splitlines() == ['| set   | images   |', '|-------|----------|']


def test_measures_that_a_set_lacks_are_dashes() -> None:
    report = {'clean': {'accuracy': 81.257, 'n': 7}, 'occluded': {'accuracy': math.nan}}
    lines = [[cell.strip() for cell in line.strip('|').split('|')] for line in measures_table(report).splitlines()]
    assert lines[0] == ['measure', 'clean', 'occluded']
    assert lines[2:] == [['accuracy', '81.26', '-'], ['n', '7', '-']]
