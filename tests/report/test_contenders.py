"""Models that misbehave cost their own answers only."""

from pathlib import Path

import numpy as np
import pytest

from ofer.apis.recognisers import load_recogniser
from ofer.report.agreement import map_agreement
from ofer.report.contenders import BLOCK, Answers, Contender, RecogniserContender
from ofer.report.measuring import _joined
from ofer.report.storage import Storage, store_answers

CLASSES = ('anger', 'neutral')


def images(number: int) -> np.ndarray:
    found = np.zeros((number, 8, 8, 3), np.uint8)
    found[:, 0, 0, 0] = np.arange(number)
    return found


def even(block: np.ndarray) -> np.ndarray:
    return np.full((len(block), 2), 0.5)


def test_blocks_have_always_the_same_number() -> None:
    seen = []

    def answer(block: np.ndarray) -> np.ndarray:
        seen.append(len(block))
        return even(block)

    answers = Contender('a', answer, CLASSES)(images(BLOCK + 3))
    assert seen == [BLOCK, BLOCK]
    assert answers.probabilities.shape == (BLOCK + 3, 2)
    assert answers.problems == ()


def test_an_error_costs_one_block() -> None:
    def answer(block: np.ndarray) -> np.ndarray:
        if block[0, 0, 0, 0] == BLOCK:
            raise RuntimeError('out of memory')
        return even(block)

    answers = Contender('a', answer, CLASSES)(images(3 * BLOCK))
    assert np.isnan(answers.probabilities).all(1).nonzero()[0].tolist() == list(range(BLOCK, 2 * BLOCK))
    assert answers.problems == ('RuntimeError: out of memory',)


def test_nan_is_no_answer() -> None:
    def answer(block: np.ndarray) -> np.ndarray:
        scores = even(block)
        scores[1, 0] = np.nan
        return scores

    answers = Contender('a', answer, CLASSES)(images(4))
    assert np.isnan(answers.probabilities).any(1).tolist() == [False, True, False, False]
    assert answers.problems == ('probabilities are not finite',)


@pytest.mark.parametrize(
    ('scores', 'message'),
    [
        (np.ones((BLOCK, 3)) / 3, 'probabilities of shape (32, 3), expected (32, 2)'),
        (np.ones((BLOCK, 2)), 'the outputs are no probabilities'),
        (np.tile([-1.0, 2.0], (BLOCK, 1)), 'the outputs are no probabilities'),
    ],
)
def test_what_are_no_probabilities(scores: np.ndarray, message: str) -> None:
    [problem] = Contender('a', lambda block: scores, CLASSES)(images(4)).problems
    assert message in problem


def test_a_guided_model_is_looked_at_by_its_own_backbone() -> None:
    """The parsing prior of ORSANet has a backbone too, which is frozen: no class depends on it."""
    model = RecogniserContender('orsanet', load_recogniser('orsanet_slim_ferplus', 'orsanet'))
    faces = np.random.default_rng(0).integers(0, 256, (2, 48, 48, 3), dtype=np.uint8)
    importance = model.importance(faces)
    assert importance is not None
    assert importance.shape == (2, 14, 14)
    assert (importance.max((1, 2)) == 1).all()
    assert (importance.min((1, 2)) < 1).all()


def test_probabilities_that_are_a_little_off_are_corrected() -> None:
    """A tool that rounds must not end the report: calibration takes numbers in [0, 1] only."""
    answers = Contender('a', lambda block: np.tile([1.0005, -1e-7], (len(block), 1)), CLASSES)(images(3))
    np.testing.assert_array_equal(answers.probabilities, [[1, 0]] * 3)
    assert answers.problems == ()


@pytest.mark.parametrize('row', [[-np.inf, 1], [np.inf, 0], [-np.inf, 0]])
def test_infinite_numbers_are_no_answer(row: list[float]) -> None:
    answers = Contender('a', lambda block: np.concatenate([[row], even(block)[1:]]), CLASSES)(images(3))
    assert np.isnan(answers.probabilities).all(1).tolist() == [True, False, False]
    assert answers.problems == ('probabilities are not finite',)


class WithMaps(Contender):
    """Has an occlusion map, and fails in its second block."""

    def block(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if images[0, 0, 0, 0] == BLOCK:
            raise RuntimeError('out of memory')
        return even(images), np.ones((len(images), 2, 2), np.float32)


def test_an_error_costs_the_maps_of_one_block() -> None:
    answers = WithMaps('a', even, CLASSES)(images(3 * BLOCK))
    assert answers.maps is not None
    assert answers.maps.shape == (3 * BLOCK, 2, 2)
    agreement = map_agreement(answers.maps, np.ones((3 * BLOCK, 8, 8), bool))
    assert np.isnan(agreement).nonzero()[0].tolist() == list(range(BLOCK, 2 * BLOCK))
    assert np.nansum(agreement) == 2 * BLOCK


def test_a_failed_part_costs_its_own_maps(tmp_path: Path) -> None:
    """The other parts and batches of a condition keep theirs, and a part that failed as a whole has none."""
    storage = Storage(tmp_path, {'a': {}})
    covered = np.ones((2, 8, 8), bool)
    maps = np.ones((2, 2, 2), np.float32)
    joined = _joined([Answers(np.full((1, 2), 0.5), maps[:1]), Answers(np.full((1, 2), np.nan), None, ('failed',))])
    store_answers(storage, 'a', 'square', 0, joined, covered)
    store_answers(storage, 'a', 'square', 1, Answers(np.full((2, 2), np.nan), None, ('failed',)), covered)
    found = storage.read('a', 'square', 2)
    assert found is not None
    np.testing.assert_array_equal(found['agreement'], [1, np.nan, np.nan, np.nan])
