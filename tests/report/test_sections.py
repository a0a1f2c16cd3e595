"""Sections of a whole report by hand."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ofer
from ofer.evaluation import bootstrap
from ofer.evaluation.selective import risk_coverage
from ofer.report.cells import Cell
from ofer.report.faces import Faces
from ofer.report.schema import read_report
from ofer.report.sections.artificial import misleading_orders


@pytest.fixture
def report(whole_report: Path) -> dict[str, Any]:
    return read_report(whole_report / 'report.json')


def one(report: dict[str, Any], section: str, **wanted: Any) -> dict[str, Any]:
    [cell] = [c for c in report['sections'][section]['cells'] if all(c[key] == value for key, value in wanted.items())]
    return cell


def test_all_sections(report: dict[str, Any], faces: Faces, brightness: Callable) -> None:
    scores = brightness(faces.images)
    right = scores.argmax(1) == faces.labels

    listed = one(report, 'real', model='a', condition='occluded', metric='accuracy')
    assert listed['value'] == pytest.approx(right[:20].mean())
    kinds = [one(report, 'real', model='a', condition=f'occluded, type {kind}')['value'] for kind in (0, 1)]
    assert kinds == pytest.approx([right[:20:2].mean(), right[1:20:2].mean()])

    found = risk_coverage(right, np.round(scores, 6).max(1))
    assert one(report, 'selective', model='a', condition='clean', metric='aurc')['value'] == pytest.approx(found.area)
    assert one(report, 'selective', model='a', condition='clean', metric='accuracy_at_80')['value'] == pytest.approx(found.accuracy_at(0.8))
    gap = one(report, 'selective', model='a', condition='clean', metric='confidence_gap')['value']
    assert gap == pytest.approx(scores.max(1).mean() - right.mean(), abs=1e-6)
    assert -1 <= one(report, 'selective', model='a', condition='square-black', metric='doubt_grows')['value'] <= 1

    region = one(report, 'regions', model='a', condition='region-mouth-black', metric='drop')
    accuracy = one(report, 'regions', model='a', condition='region-mouth-black', metric='accuracy')
    assert region['value'] == pytest.approx(right.mean() - accuracy['value'])
    assert {c['facts']['region'] for c in report['sections']['regions']['cells']} >= {'eyes', 'eye_band', 'lower_face', 'left_half'}

    assert {c['facts'].get('kind') for c in report['sections']['objects']['cells']} >= {'mask', 'sunglasses', 'hand'}
    whole = one(report, 'objects', model='a', condition='drawn, all kinds')
    kinds = [
        c['value']
        for c in report['sections']['objects']['cells']
        if c['model'] == 'a' and c['metric'] == 'accuracy' and 'kind' in c['facts']
    ]
    assert whole['value'] == pytest.approx(np.mean(kinds))
    assert whole['n'] == 70 * len(kinds)
    shares = [
        c for c in report['sections']['objects']['cells'] if c['model'] == 'a' and c['facts'].get('high') and c['metric'] == 'accuracy'
    ]
    assert sum(c['n'] for c in shares) > 0.9 * whole['n']
    for condition, metric in (('patches-black', 'area'), ('all corruptions', 'accuracy'), ('drawn, all kinds', 'accuracy')):
        section = {'area': 'artificial'}.get(metric, 'objects' if condition.startswith('drawn') else 'corruptions')
        cell = one(report, section, model='a', condition=condition, metric=metric)
        assert cell['value'] - 0.2 < cell['low'] < cell['value'] < cell['high'] < cell['value'] + 0.2

    flips = one(report, 'stability', model='a', condition='square-black-70', metric='flips')
    assert 0 < flips['value'] <= 1


def test_corruption_errors_are_relative_to_the_baseline(report: dict[str, Any]) -> None:
    assert one(report, 'corruptions', model='a', metric='mce')['value'] == pytest.approx(1)
    cells = [c for c in report['sections']['corruptions']['cells'] if c['facts'].get('severity') == 3]
    error = {(c['model'], c['condition']): 1 - c['value'] for c in cells}
    ratios = [error['b___c', name] / value for (model, name), value in error.items() if model == 'a']
    mean = one(report, 'corruptions', model='b___c', metric='mce')
    assert mean['value'] == pytest.approx(np.mean(ratios))
    assert mean['low'] < mean['value'] < mean['high']
    assert one(report, 'corruptions', model='a', metric='mce')['high'] == 1  # in every resample


def test_numbers_of_resampled_images_have_an_interval(report: dict[str, Any], whole_report: Path) -> None:
    """It is shown wherever the value is: on the page, in Markdown, LaTeX and CSV."""
    for section, condition, metric, factor in (
        ('clean', 'clean', 'ece', 100),
        ('clean', 'clean', 'brier', 1),
        ('real', 'occluded', 'brier', 1),
        ('selective', 'square-black-20', 'aurc', 100),
        ('selective', 'occluded', 'accuracy_at_80', 100),
        ('corruptions', 'all corruptions', 'mce', 100),
    ):
        cell = one(report, section, model='b___c', condition=condition, metric=metric)
        assert cell['low'] < cell['value'] < cell['high'], metric
        decimals = 1 if factor == 100 else 3
        shown = f'({factor * cell["low"]:.{decimals}f} to {factor * cell["high"]:.{decimals}f})'
        for name in ('report.html', 'report.md', 'report.tex'):
            assert shown in (whole_report / name).read_text(), (name, metric)
        with (whole_report / f'{section}.csv').open() as file:
            rows = [row for row in csv.DictReader(file) if (row['model'], row['condition'], row['metric']) == ('b___c', condition, metric)]
        assert [(float(row['low']), float(row['high'])) for row in rows] == [(cell['low'], cell['high'])]


def test_all_models_are_resampled_alike(faces: Faces, brightness: Callable) -> None:
    """A model that lacks an answer has the intervals of the same resamples: by hand, over the images it has."""

    def lacking(images: np.ndarray) -> np.ndarray:
        return np.where((images == faces.images[3]).all((1, 2, 3))[:, None], np.nan, brightness(images))

    lacking.classes = brightness.classes
    report = ofer.occlusion_report([brightness, lacking], faces, sections=['clean'], names=['whole', 'lacking'], device='cpu')
    scores = np.round(brightness(faces.images), 6)
    squares = ((scores - np.eye(3)[faces.labels]) ** 2).sum(1)
    for name, left in (('whole', np.arange(70)), ('lacking', np.delete(np.arange(70), 3))):
        found = one(report, 'clean', model=name, condition='clean', metric='brier')
        weights = bootstrap.resamples(70)[:, left]
        means = (weights * squares[left]).sum(1) / weights.sum(1)
        assert (found['low'], found['high']) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))
        assert found['n'] == len(left)


def test_an_occlusion_map_is_compared_with_the_truth() -> None:
    from ofer.report.agreement import map_agreement

    covered = np.zeros((2, 4, 4), bool)
    covered[0, :2, :2] = True
    maps = np.zeros((2, 2, 2))
    maps[0, 0] = 0.9
    assert map_agreement(maps, covered) == pytest.approx([0.5, np.nan], nan_ok=True)


@pytest.mark.slow
def test_detection_finds_drawn_faces_and_fewer_under_large_squares() -> None:
    from ofer.datasets import SyntheticFaces

    found = ofer.occlusion_report(
        'default', SyntheticFaces('test', length=32, size=96), quick=True, sections=['artificial', 'detection'], device='cpu'
    )
    shares = {c['condition']: c['value'] for c in found['sections']['detection']['cells'] if c['metric'] == 'found'}
    assert shares['clean'] > 0.8
    assert shares['square-black-70'] < shares['clean']


def test_an_order_that_costs_less_than_chance_is_named() -> None:
    values = {'a': dict(patches=0.5, own=0.4, square=0.3), 'b': dict(patches=0.5, own=0.6), 'c': dict(patches=0.5), 'd': dict(own=0.9)}
    values['e'] = dict(patches=0.5, own=0.54)  # within the interval
    cells = [
        Cell('artificial', model, f'{order}-{fill}', metric, value, value - 0.05, value + 0.05)
        for model, areas in values.items()
        for order, value in areas.items()
        for fill in ('black', 'mean')
        for metric in ('area', 'accuracy')
    ]
    assert [text.partition(' %')[0] for text in misleading_orders(cells)] == [
        f'b: its important patches cost less than random ones with {fill}: mean accuracy 60.0 and 50.0' for fill in ('black', 'mean')
    ]
