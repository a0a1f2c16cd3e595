"""Sections of a whole report by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ofer
from ofer.evaluation.selective import risk_coverage
from ofer.report.faces import Faces
from ofer.report.schema import read_report


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
    assert one(report, 'corruptions', model='b___c', metric='mce')['value'] == pytest.approx(np.mean(ratios))


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
