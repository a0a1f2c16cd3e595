import json

import numpy as np
import pytest

from ofer.faces.tracking import Tracker, overlaps, smooth

SURE = {'a': 1.0, 'b': 0.0}
OTHER = {'a': 0.0, 'b': 1.0}


def box(x: float, y: float = 0.0, size: float = 10.0) -> np.ndarray:
    return np.array([x, y, x + size, y + size])


def numbers(tracker: Tracker, time: float, *boxes: np.ndarray) -> list[int]:
    return [track.number for track in tracker.update(time, list(boxes), [SURE] * len(boxes))]


def test_overlap_by_hand() -> None:
    first, second = np.stack([box(0), box(100)]), np.stack([box(5), box(20)])
    np.testing.assert_allclose(overlaps(first, second), [[50 / 150, 0], [0, 0]])
    np.testing.assert_allclose(overlaps(box(0)[None], box(10)[None], margin=0.5), [[10 * 20 / (2 * 400 - 200)]])
    assert overlaps(np.zeros((0, 4)), second).shape == (0, 2)


def test_persons_keep_their_numbers_whatever_the_order() -> None:
    tracker = Tracker()
    assert numbers(tracker, 0.0, box(0), box(40)) == [0, 1]
    assert numbers(tracker, 0.1, box(38), box(3)) == [1, 0]
    assert numbers(tracker, 0.2, box(6), box(200), box(36)) == [0, 2, 1]


def test_a_gap_is_bridged_up_to_the_patience() -> None:
    tracker = Tracker(patience=1.0)
    assert numbers(tracker, 0.0, box(0)) == [0]
    assert numbers(tracker, 0.5) == []
    assert numbers(tracker, 1.0, box(2)) == [0]
    assert numbers(tracker, 2.1, box(2)) == [1]


def test_two_faces_never_share_a_track() -> None:
    tracker = Tracker()
    numbers(tracker, 0.0, box(0))
    assert sorted(numbers(tracker, 0.1, box(1), box(2))) == [0, 1]


def test_smoothing_does_not_depend_on_the_frame_rate() -> None:
    def after_a_second(frames: int) -> float:
        tracker = Tracker(time_constant=0.5)
        tracker.update(0.0, [box(0)], [SURE])
        for i in range(frames):
            (track,) = tracker.update((i + 1) / frames, [box(0)], [OTHER])
        return track.smoothed['a']

    assert after_a_second(10) == pytest.approx(np.exp(-2))
    assert after_a_second(50) == pytest.approx(np.exp(-2))


def test_smoothed_shares_still_sum_to_one() -> None:
    mixed = smooth({'a': 0.3, 'b': 0.7}, {'a': 0.9, 'b': 0.1}, 0.2, 0.4)
    assert sum(mixed.values()) == pytest.approx(1)
    assert 0.3 < mixed['a'] < 0.9
    assert smooth({}, SURE, 1.0, 0.4) == SURE


def test_a_restored_tracker_goes_on_as_the_first_would_have() -> None:
    first, second = Tracker(), Tracker()
    first.update(0.0, [box(0), box(40)], [SURE, OTHER])
    second.restore(json.loads(json.dumps(first.state())))
    for tracker in (first, second):
        tracker.update(0.1, [box(41), box(90)], [SURE, SURE])
    assert first.state() == second.state()
    assert [track.number for track in second.tracks] == [0, 1, 2]


def test_negative_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match='patience=-1'):
        Tracker(patience=-1)
