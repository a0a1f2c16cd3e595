"""The weights of the package on public-domain photographs: what the first look shows."""

import sys

import cv2
import numpy as np
import pytest

import ofer
from ofer.demos.first_look import Look, around, in_words, look_at, render
from ofer.demos.photographs import Photograph, photographs, with_mask
from ofer.inference.face_result import FaceResult


@pytest.fixture(scope='module')
def astronaut() -> tuple[Photograph, list[Look]]:
    pytest.importorskip('skimage')
    photo = photographs()[0]
    return photo, look_at(photo, ofer.FERInferencer())


def test_a_smile_and_nothing_in_front_of_it(astronaut: tuple[Photograph, list[Look]]) -> None:
    [face] = astronaut[1][0].results
    assert face.label == 'happiness'
    assert face.occluded_fraction < 0.1
    assert face.occluded_regions == ()
    assert in_words(face).endswith('occluded: nothing')


def test_a_covered_mouth_is_reported_and_the_answer_less_sure(astronaut: tuple[Photograph, list[Look]]) -> None:
    [[free], [covered]] = (look.results for look in astronaut[1])
    assert 'mouth' in covered.occluded_regions
    assert not {'eyes', 'brows'} & set(covered.occluded_regions)
    assert covered.occluded_fraction > free.occluded_fraction + 0.1
    assert covered.probabilities['happiness'] < free.probabilities['happiness'] - 0.05
    np.testing.assert_allclose(covered.box, free.box, atol=0.3 * (free.box[2] - free.box[0]))


def test_a_config_and_its_weights_answer_for_coloured_photographs_as_for_grey_ones(astronaut: tuple[Photograph, list[Look]]) -> None:
    """The config of ORSANet, unlike its package, does not turn images to grey; the crops are grey as those of the training."""
    photo = astronaut[0].image
    inferencer = ofer.FERInferencer('orsanet_slim_ferplus', 'orsanet', landmarks=None, crops=True)
    [coloured] = inferencer(photo, color='rgb')
    [grey] = inferencer(cv2.cvtColor(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), color='rgb')
    assert np.ptp(coloured.crop.astype(int), axis=2).max() == 0
    assert coloured.label == grey.label == 'happiness'
    assert coloured.probabilities['happiness'] == pytest.approx(grey.probabilities['happiness'], abs=0.01)
    assert coloured.probabilities['happiness'] > 0.95


def test_the_page_needs_no_other_file(astronaut: tuple[Photograph, list[Look]]) -> None:
    page = render([astronaut], 1.0, '<p>a &amp; b</p>')
    assert page.count('<img') == page.count('src="data:image/jpeg;base64,') == 2
    assert 'http' not in page
    assert 'NASA' in page
    assert 'happiness' in page
    assert '$' not in page


def test_the_picture_is_cut_around_the_faces() -> None:
    face = FaceResult('a', box=np.array([40, 30, 60, 50], np.float32))
    assert around([face], (100, 200, 3)) == (slice(18, 62), slice(20, 80))
    assert around([], (100, 200, 3)) == (slice(0, 100), slice(0, 200))


def test_a_mask_covers_the_mouth_and_leaves_the_eyes() -> None:
    angles = np.linspace(np.pi, 0, 17)
    landmarks = np.full((68, 2), 50.0)
    landmarks[:17] = np.stack([50 + 40 * np.cos(angles), 50 + 40 * np.sin(angles)], 1)
    landmarks[28] = (50, 45)
    image = np.zeros((100, 100, 3), np.uint8)
    drawn = with_mask(image, landmarks)
    assert not image.any()
    assert drawn[70, 50].all()
    assert not drawn[:40].any()
    assert not drawn[93:].any()


def test_without_scikit_image_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'skimage', None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'ofer\[demo\]'"):
        photographs()
