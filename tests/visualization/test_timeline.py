from pathlib import Path

import numpy as np

from ofer.inference.face_result import FaceResult
from ofer.visualization.timeline import Timeline

CLASSES = ('anger', 'fear', 'neutral')


def frame(time: float, track: int | None, shares: tuple[float, ...] = (0.5, 0.3, 0.2), **values: object) -> FaceResult:
    smoothed = dict(zip(CLASSES, shares, strict=True))
    return FaceResult('v.mp4', time=time, track=track, label='anger', probabilities=smoothed, smoothed=smoothed, **values)


def test_values_are_kept_by_track() -> None:
    timeline = Timeline(CLASSES)
    timeline.add([frame(0.0, 0, occluded_fraction=0.25), frame(0.0, 1, abstain=True), frame(0.0, None)])
    timeline.add([frame(0.1, 1, (0.1, 0.2, 0.7))])
    assert set(timeline.tracks) == {0, 1}
    np.testing.assert_allclose(timeline.values(0), [[0.0, 0.25, 0, 0.5, 0.3, 0.2]])
    np.testing.assert_allclose(timeline.values(1)[:, 2:], [[1, 0.5, 0.3, 0.2], [0, 0.1, 0.2, 0.7]])


def test_two_strips_for_each_of_the_longest_tracks(tmp_path: Path) -> None:
    timeline = Timeline(CLASSES)
    for i in range(30):
        timeline.add([frame(i / 10, track) for track in range(8) if i <= 20 + track])
    figure = timeline.draw('clip')
    assert len(figure.axes) == 12
    assert 'shorter tracks are not shown' in figure.axes[-1].get_xlabel()
    assert figure.axes[0].get_ylabel().startswith('#2')  # the shortest two are left out
    figure.savefig(tmp_path / 'timeline.png')
    assert (tmp_path / 'timeline.png').stat().st_size > 5000


def test_lines_stop_where_the_person_was_away() -> None:
    timeline = Timeline(CLASSES)
    for time in (0.0, 0.1, 5.0, 5.1):
        timeline.add([frame(time, 0)])
    line = timeline.draw().axes[0].lines[0]
    assert np.isnan(line.get_ydata()).sum() == 1
    np.testing.assert_allclose(line.get_xdata()[[0, 1, 3, 4]], [0.0, 0.1, 5.0, 5.1])


def test_without_a_track_the_picture_says_so() -> None:
    (axes,) = Timeline(CLASSES).draw().axes
    assert axes.texts[0].get_text() == 'no face was followed'
