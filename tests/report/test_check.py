"""The reference values of the package, and what the check finds if something differs."""

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from ofer.report.check import IMAGES, SECTIONS, check_faces, deviations, drawn_hashes, measured_values, read_reference
from ofer.report.protocols import Choice


@pytest.fixture(scope='module')
def measured() -> dict[str, Any]:
    return measured_values(None)


def test_arithmetic_gives_the_reference_values(measured: dict[str, Any]) -> None:
    assert deviations(measured, read_reference()) == []
    assert set(measured['right_answers']) == {'nearest_mean', 'projection'}
    assert len(measured['right_answers']['projection']) >= 40


def test_deviations_are_named(measured: dict[str, Any]) -> None:
    changed = deepcopy(measured)
    changed['right_answers']['projection']['square-black-20'] += 5
    changed['images_sha256']['region-mouth-black'] = '0'
    found = deviations(measured, changed)
    assert len(found) == 2
    assert 'region-mouth-black: other pixels are covered' in found[0]
    assert f'projection, square-black-20: {measured["right_answers"]["projection"]["square-black-20"]} of {IMAGES} right' in found[1]
    assert 'protocol' in deviations(measured, {**changed, 'protocol': '0'})[0]
    assert 'drawn faces differ' in deviations(measured, {**measured, 'faces_sha256': '0'})[0]
    network = {**measured, 'network_sha256': 'a', 'right_answers': {'network': {}}}
    assert '--update' in deviations(network, {**network, 'network_sha256': 'b'})[0]


def test_pixels_depend_on_the_seed(measured: dict[str, Any]) -> None:
    other = drawn_hashes(check_faces(), Choice(SECTIONS, quick=True, seed=1))
    assert other['square-black-20'] != measured['images_sha256']['square-black-20']
    assert other['region-mouth-black'] == measured['images_sha256']['region-mouth-black']  # nothing in it is drawn


@pytest.mark.slow
def test_the_network_gives_the_reference_values() -> None:
    from ofer.apis.recognisers import load_recogniser
    from ofer.weights import SHIPPED

    if read_reference()['network_sha256'] != SHIPPED['recogniser']:
        pytest.skip('the reference values are of another network: ofer report --check --update')
    found = measured_values(load_recogniser)
    assert deviations(found, read_reference()) == []
    assert np.sum(list(found['right_answers']['network'].values())) > 0
