import struct
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from ofer.cli.predict import VIDEO_COPIES
from ofer.inference.video import VideoError, VideoWriter, count_frames, pyav, read_video

av = pytest.importorskip('av', reason="videos need PyAV: pip install 'ofer[video]'")


def write(path: Path, times: list[float], size: tuple[int, int] = (48, 64)) -> Path:
    with VideoWriter(path) as writer:
        for i, time in enumerate(times):
            writer.write(np.full((*size, 3), 4 * i, np.uint8), time)
    return path


def test_index_and_time_of_frames_are_kept(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.2, 0.24, 0.9, 1.0]  # uneven, as phones record
    path = write(tmp_path / 'a.mp4', times)
    frames = list(read_video(path))
    assert [frame.index for frame in frames] == list(range(6))
    assert [frame.time for frame in frames] == pytest.approx(times, abs=1e-3)
    for i, frame in enumerate(frames):
        assert frame.image.shape == (48, 64, 3)
        assert abs(frame.image.astype(int) - 4 * i).max() <= 3
    assert count_frames(path) == 6


def test_time_starts_at_the_first_frame(tmp_path: Path) -> None:
    path = write(tmp_path / 'a.mp4', [5.0, 5.5])
    assert [frame.time for frame in read_video(path)] == pytest.approx([0.0, 0.5], abs=1e-3)


def test_every_and_start_keep_true_indices(tmp_path: Path) -> None:
    path = write(tmp_path / 'a.mp4', [i / 10 for i in range(10)])
    assert [frame.index for frame in read_video(path, every=3)] == [0, 3, 6, 9]
    assert [frame.index for frame in read_video(path, every=3, start=4)] == [6, 9]


def test_a_rotated_recording_is_turned_upright(tmp_path: Path) -> None:
    path = tmp_path / 'a.mp4'
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:24, :32] = 255  # the upper left quarter
    with VideoWriter(path) as writer:
        writer.write(picture, 0.0)
    content = bytearray(path.read_bytes())
    place = content.index(b'tkhd') + 44  # the track's matrix
    content[place : place + 36] = struct.pack('>9i', 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)  # a quarter turn clockwise
    path.write_bytes(content)
    (frame,) = read_video(path)
    assert frame.image.shape == (64, 48, 3)
    assert frame.image[:28, 28:].min() > 200  # now the upper right one
    assert frame.image[36:].max() < 50


def test_odd_sizes_and_changing_sizes_are_written(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / 'a.mp4') as writer:
        writer.write(np.zeros((31, 45, 3), np.uint8), 0.0)
        writer.write(np.zeros((62, 90, 3), np.uint8), 0.1)
    assert [frame.image.shape for frame in read_video(tmp_path / 'a.mp4')] == [(30, 44, 3)] * 2


def test_an_interrupted_writer_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with VideoWriter(tmp_path / 'a.mp4') as writer:
            writer.write(np.zeros((32, 32, 3), np.uint8), 0.0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    VideoWriter(tmp_path / 'b.mp4').close()  # without a frame
    assert list(tmp_path.iterdir()) == []


def test_damaged_files_are_named(tmp_path: Path) -> None:
    good = write(tmp_path / 'good.mp4', [i / 25 for i in range(50)]).read_bytes()
    for name, content in (('empty', b''), ('text', b'no video at all'), ('head', good[:200])):
        path = tmp_path / f'{name}.mp4'
        path.write_bytes(content)
        with pytest.raises(VideoError, match='damaged or no video'):
            list(read_video(path))
        assert count_frames(path) is None
    sound = tmp_path / 'sound.mp4'
    with av.open(str(sound), 'w') as container:
        stream = container.add_stream('aac', rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format='fltp', layout='mono')
        frame.sample_rate, frame.pts, frame.time_base = 8000, 0, Fraction(1, 8000)
        for packet in [*stream.encode(frame), *stream.encode()]:
            container.mux(packet)
    with pytest.raises(VideoError, match='no video stream'):
        list(read_video(sound))


def test_threads_of_ffmpeg_never_call_python(tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    """With a level of its own, closing a video hung once in a thousand times: its threads logged, and waited for whoever closed it."""
    path = tmp_path / 'clip.mp4'
    with VideoWriter(path) as writer:
        for index in range(20):
            writer.write(np.full((96, 96, 3), 10 * index, np.uint8), index / 10)
    path.write_bytes(path.read_bytes()[:-200])
    with suppress(VideoError):
        next(read_video(path))
    assert pyav().logging.get_level() is None
    assert capfd.readouterr() == ('', '')


def test_unknown_container_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r'a\.xyz: cannot be written as video'):
        VideoWriter(tmp_path / 'a.xyz')


@pytest.mark.parametrize('suffix', VIDEO_COPIES)
def test_every_suffix_of_a_copy_can_be_written(tmp_path: Path, suffix: str) -> None:
    assert len(list(read_video(write(tmp_path / f'a{suffix}', [0.0, 0.1])))) == 2


def test_without_pyav_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__('sys').modules, 'av', None)
    with pytest.raises(VideoError, match=r"pip install 'ofer\[video\]'"):
        list(read_video('a.mp4'))
