"""What the page shows: for photos, cameras and videos, good and bad ones. How it looks in a browser is tested in test_browser.py."""

import base64
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from ofer.inference.face_result import FaceResult, FaceResults
from ofer.inference.video import VideoError, VideoFrame, count_frames, read_video
from ofer.serving.limits import ServingLimits
from ofer.serving.page.cards import MOST_CARDS, cards, message, save_links, summary
from ofer.serving.page.inputs import Upload, received
from ofer.serving.page.photo import CARD_SIZE, PhotoView, camera_view, photo_view
from ofer.serving.page.video import VideoView, plan_video, video_views
from ofer.serving.service import Service

from .conftest import FACE, LIMITS, NO_FACE, TWO_FACES, client_of, squares


def upload(content: bytes, name: str = 'a.png') -> Upload:
    return Upload(name, None, content)


def face(**changes: object) -> FaceResult:
    shares = dict(anger=0.7, neutral=0.3)
    box = np.array([0, 0, 10, 10], np.float32)
    return FaceResult('a.png', face=0, faces=1, box=box, label='anger', probabilities=shares).but(**changes)


def test_a_photo_is_drawn_and_described(service: Service) -> None:
    view = photo_view(service, upload(TWO_FACES), 'default')
    assert 'Found 2 faces' in view.message
    assert view.drawn is not None
    assert view.drawn.shape[2] == 3
    assert view.cards.count('<section') == 2
    shown = [base64.b64decode(data) for data in re.findall(r'data:image/jpeg;base64,([^"]+)', view.cards)]
    assert [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).shape for data in shown] == [(CARD_SIZE, CARD_SIZE, 3)] * 2
    assert view.panel is not None
    assert view.panel.shape[0] > 2 * 160


def test_a_photo_without_a_face_is_shown_with_advice(service: Service) -> None:
    view = photo_view(service, upload(NO_FACE), 'default')
    assert 'No face was found.' in view.message
    assert 'Try a picture' in view.message
    assert view.drawn is not None
    assert (view.cards, view.panel) == ('', None)


@pytest.mark.parametrize('content', [b'', b'text', FACE[:60]])
def test_a_bad_photo_is_a_message_and_the_next_is_answered(service: Service, content: bytes) -> None:
    view = photo_view(service, upload(content, '<b>.png'), 'default')
    assert 'could not be read' in view.message
    assert 'role="alert"' in view.message
    assert '&lt;b&gt;.png' in view.message
    assert view._replace(message='') == PhotoView()
    assert 'Found 1 face' in photo_view(service, upload(FACE), 'default').message


def test_nothing_uploaded_shows_nothing(service: Service, tmp_path: Path) -> None:
    assert photo_view(service, None, None) == PhotoView()
    assert camera_view(service, None, None) == (None, '')
    assert list(video_views(service, None, None, tmp_path)) == [VideoView()]


def test_a_full_server_says_so(make_service: Callable[..., Service]) -> None:
    service = make_service(ServingLimits(waiting=1))
    with service.worker.place():
        assert 'Try again in a moment' in photo_view(service, upload(FACE), None).message
        assert 'Try again in a moment' in camera_view(service, upload(FACE), None)[1]


def test_the_camera_shows_its_picture_and_cards(service: Service) -> None:
    image, text = camera_view(service, upload(FACE), 'default')
    assert image is not None
    assert text.count('<section') == 1
    assert 'No face was found' in camera_view(service, upload(NO_FACE), 'default')[1]
    assert 'could not be read' in camera_view(service, upload(b'x'), 'default')[1]


def test_a_card_has_all_bars_and_escapes_text() -> None:
    card = cards([face(occlusion=dict(mouth=0.8, eyes=0.1), occluded_regions=('mouth',), abstain=True, reason='<i>')])
    assert re.findall(r'width: ([\d.]+)%', card) == ['70.0', '30.0', '80.0', '10.0']
    assert 'Do not rely on this label: &lt;i&gt;.' in card
    assert 'Occluded: mouth.' in card
    assert '<script' not in message('<script>')


def test_only_the_largest_faces_have_cards() -> None:
    faces = [face(box=np.array([0, 0, 5 + i, 5], np.float32), face=i) for i in range(MOST_CARDS + 3)]
    text = cards(faces)
    assert text.count('<section') == MOST_CARDS
    assert re.findall(r'aria-label="face (\d+)"', text)[0] == str(MOST_CARDS + 3)
    assert '3 smaller faces' in text
    assert summary(faces) == f'{MOST_CARDS + 3} faces: anger'


def test_the_links_hold_the_files(service: Service, client: TestClient) -> None:
    links = photo_view(service, upload(TWO_FACES, 'party.png'), 'default').links
    files = {name: base64.b64decode(text) for name, text in re.findall(r'download="([^"]+)" href="data:[^,]+,([^"]+)"', links)}
    assert list(files) == ['party.csv', 'party.json']
    rows = list(csv.DictReader(io.StringIO(files['party.csv'].decode())))
    answered = client.post('/predict', files=[('files', ('party.png', TWO_FACES))]).json()['results']
    assert json.loads(files['party.json']) == answered
    assert [row['label'] for row in rows] == [row['label'] for row in answered]
    assert 'no face' in base64.b64decode(re.findall(r'base64,([^"]+)', save_links([FaceResult('a', status='no face')], 'a'))[0]).decode()


def test_uploads_are_passed_on_unread(tmp_path: Path) -> None:
    (tmp_path / 'a').write_bytes(b'no image')
    given = received(SimpleNamespace(path=str(tmp_path / 'a'), url=None, orig_name='b.jpg'), 'photo')
    assert given is not None
    assert (given.name, given.read()) == ('b.jpg', b'no image')
    sent = received(SimpleNamespace(path=None, url='data:image/png;base64,eA==', orig_name=None), 'camera')
    assert sent == Upload('camera', None, b'x')
    for broken in ('data:image/png;base64,?', 'http://127.0.0.1/a.png', None):
        assert received(SimpleNamespace(path=None, url=broken, orig_name=None), 'camera') == Upload('camera', None, b'')


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    pytest.importorskip('av')
    from ofer.inference.video import VideoWriter

    with VideoWriter(tmp_path / 'clip.mp4') as writer:
        for index in range(20):
            writer.write(squares(1, offset=index % 5), index / 10)
    return tmp_path / 'clip.mp4'


def test_a_video_is_answered_within_its_limits(service: Service, clip: Path, tmp_path: Path) -> None:
    plan = plan_video(clip, LIMITS)
    assert (plan.every, plan.frames) == (4, 5)  # 20 frames, of which at most 6
    *progress, last = video_views(service, Upload('holiday.mp4', clip, b''), 'default', tmp_path)
    assert '5 frames to analyse' in progress[0].message
    assert all(view.video is None for view in progress)
    assert 'holiday.mp4: 5 frames, every 4., 1 person: #0 mostly' in last.message
    assert last.timeline is not None
    rows = json.loads(base64.b64decode(re.findall(r'json;base64,([^"]+)', last.links)[0]))
    assert [row['frame'] for row in rows] == [0, 4, 8, 12, 16]
    assert {row['source'] for row in rows} == {'holiday.mp4'}
    assert count_frames(str(last.video)) == 5
    assert service.worker.taken == 0


def test_a_long_video_is_answered_in_part(make_service: Callable[..., Service], clip: Path, tmp_path: Path) -> None:
    service = make_service(ServingLimits(video_seconds=0.5))
    *_, last = video_views(service, Upload('a.mp4', clip, b''), None, tmp_path)
    rows = FaceResults(json.loads(base64.b64decode(re.findall(r'json;base64,([^"]+)', last.links)[0])))
    assert max(row['time'] for row in rows) <= 0.5  # type: ignore[index]


@pytest.mark.parametrize(
    ('content', 'limits', 'reason'),
    [
        (b'no video', {}, 'damaged, or no video'),
        (None, dict(video_upload=100), 'the limit is 0.0001 MB'),
        (None, dict(pixels=100), 'frames of 96 x 96 pixels'),
    ],
)
def test_a_bad_video_is_a_message(
    make_service: Callable[..., Service], clip: Path, tmp_path: Path, content: bytes | None, limits: dict, reason: str
) -> None:
    service = make_service(ServingLimits(**limits))
    if content is not None:
        clip.write_bytes(content)
    [view] = video_views(service, Upload('a.mp4', clip, b''), None, tmp_path)
    assert reason in view.message
    assert 'Choose another video.' in view.message
    assert view._replace(message='') == VideoView()
    assert service.worker.taken == 0


def test_a_video_that_is_cut_off_is_answered_up_to_there(
    service: Service, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*arguments: object) -> Iterator[VideoFrame]:
        yield from islice(read_video(*arguments), 3)  # type: ignore[arg-type]
        raise VideoError('damaged')

    monkeypatch.setattr('ofer.serving.page.video.read_video', cut_off)
    *_, last = video_views(service, Upload('a.mp4', clip, b''), 'default', tmp_path)
    assert 'a.mp4: 3 frames' in last.message
    assert 'It ends early: damaged.' in last.message
    assert service.worker.taken == 0


def test_the_page_asks_no_other_server(service: Service) -> None:
    with client_of(service, page=True) as client:
        text = client.get('/').text
        assert not re.findall(r'<(?:script|link)[^>]+(?:src|href)="https?://[^"]+', text)
