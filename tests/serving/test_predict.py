"""``POST /predict``: answers as the inferencer gives them, clear refusals, and good uploads unharmed by bad ones."""

import base64
import json
import struct
import threading
import time
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from ofer.apis.inferencer import FERInferencer
from ofer.inference.sources import Picture
from ofer.serving.limits import ServingLimits
from ofer.serving.queueing import BusyError
from ofer.serving.service import Service
from ofer.serving.uploads import uploaded_picture

from .conftest import FACE, LIMITS, NO_FACE, TWO_FACES, client_of, png, squares


def send(client: TestClient, *files: tuple[str, bytes], **query: str) -> Response:
    return client.post('/predict', files=[('files', file) for file in files], params=query)


def enormous(side: int = 60_000) -> bytes:
    """A PNG header of gigapixels over a few bytes."""
    chunks = [(b'IHDR', struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)), (b'IDAT', zlib.compress(bytes(100))), (b'IEND', b'')]
    packed = [struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data)) for kind, data in chunks]
    return b'\x89PNG\r\n\x1a\n' + b''.join(packed)


GARBAGE = {
    'empty': (b'', 'an empty file'),
    'text': (b'<html>not found</html>', 'damaged, or no image of an accepted type'),
    'cut off': (FACE[: len(FACE) // 2], 'cut off'),
    'enormous': (enormous(), 'the limit is 0.04 megapixels'),
    'many pixels': (png(np.zeros((300, 300, 3), np.uint8)), '300 x 300 pixels: the limit is 0.04 megapixels'),
    'another type': (b'II*\0' + bytes(100), 'damaged, or no image of an accepted type'),
}


def test_the_answer_is_that_of_the_inferencer(client: TestClient, inferencer: FERInferencer) -> None:
    answer = send(client, ('a.png', TWO_FACES), ('b.png', NO_FACE))
    assert answer.status_code == 200
    body = answer.json()
    expected = [dict(row, source=name) for row, name in zip(inferencer([TWO_FACES, NO_FACE]).to_dict(), 'aab', strict=True)]
    assert [dict(row, source=row['source'][0]) for row in body['results']] == json.loads(json.dumps(expected))
    assert body['model'] == 'default'
    assert body['seconds'] > 0


def test_json_is_answered_as_a_form_is(client: TestClient) -> None:
    images = [dict(name='a.png', data=base64.b64encode(TWO_FACES).decode())]
    assert client.post('/predict', json=dict(images=images)).json()['results'] == send(client, ('a.png', TWO_FACES)).json()['results']


@pytest.mark.parametrize('kind', GARBAGE)
def test_a_bad_file_is_a_row_and_the_others_are_answered(client: TestClient, kind: str) -> None:
    content, reason = GARBAGE[kind]
    answer = send(client, ('bad.png', content), ('good.png', FACE))
    assert answer.status_code == 200
    bad, good = answer.json()['results']
    assert (bad['status'], good['status']) == ('unreadable', 'face')
    assert reason in bad['reason']
    alone = send(client, ('bad.png', content))
    assert alone.status_code == 422
    assert alone.json()['detail'] == f'bad.png: {bad["reason"]}'
    assert send(client, ('good.png', FACE)).json()['results'][0]['label'] == good['label']


def test_models_and_schemas_can_be_chosen(client: TestClient) -> None:
    assert [model['name'] for model in client.get('/models').json()] == ['default', 'other']
    assert client.get('/models').json()[0]['classes'] == ['anger', 'happiness', 'neutral']
    body = send(client, ('a.png', FACE), model='other', schema='deepface').json()
    assert body['model'] == 'other'
    assert set(body['results'][0]['emotion']) == {'angry', 'happy', 'neutral'}


REFUSED: dict[str, tuple[dict, int, str]] = {
    'model': (
        dict(files=[('files', ('a.png', FACE))], params=dict(model='none')),
        422,
        "'none' is not served. Choose one of default, other",
    ),
    'schema': (dict(files=[('files', ('a.png', FACE))], params=dict(schema='none')), 422, "query.schema: Input should be 'pyfeat'"),
    'no type': (dict(content=FACE), 415, 'no content type: send multipart/form-data'),
    'type': (dict(content=FACE, headers={'content-type': 'image/png'}), 415, 'image/png: send multipart/form-data'),
    'no file': (dict(files=[('files', (None, 'text'))]), 422, 'the form has no file'),
    'no boundary': (dict(content=b'x', headers={'content-type': 'multipart/form-data'}), 400, 'boundary'),
    'form cut off': (dict(content=b'--b\r\nContent', headers={'content-type': 'multipart/form-data; boundary=b'}), 422, 'no file'),
    'no JSON': (dict(content=b'{"im', headers={'content-type': 'application/json'}), 422, 'JSON: Invalid JSON'),
    'JSON of bytes': (dict(content=b'\xff\xfe\0', headers={'content-type': 'application/json'}), 422, 'JSON: Invalid JSON'),
    'JSON of another form': (dict(json=dict(images=[dict(name='a')])), 422, 'images.0.data: Field required'),
    'no image': (dict(json=dict(images=[])), 422, 'images: List should have at least 1 item'),
    'no base64': (dict(json=dict(images=[dict(data='Ä?')])), 422, 'images.0.data: no valid base64'),
    'many': (dict(files=[('files', ('a.png', FACE))] * 4), 413, '4 images: the limit is 3 in a request'),
    'very many': (dict(files=[('files', ('a.png', b''))] * 40), 400, 'Too many files'),
    'large': (dict(content=bytes(2_000_000)), 413, 'the request is larger than'),
    'large, unstated': (dict(content=iter([bytes(100_000)] * 20), headers={'content-type': 'application/json'}), 413, 'larger than'),
    'a page elsewhere': (dict(files=[('files', ('a.png', FACE))], headers={'sec-fetch-site': 'cross-site'}), 403, 'of other websites'),
}


@pytest.mark.parametrize('kind', REFUSED)
def test_a_refusal_names_the_reason(client: TestClient, kind: str) -> None:
    request, status, reason = REFUSED[kind]
    answer = client.post('/predict', **request)
    assert answer.status_code == status, answer.text
    assert reason in answer.json()['detail']
    assert send(client, ('good.png', FACE)).status_code == 200


def test_a_name_is_plain_text(client: TestClient) -> None:
    names = ['../../etc/pass\nwd.png', 'C:\\a\\ä.png', '\ud800.png', 'x' * 1000 + '.png']
    for name, expected in zip(names, ('passwd.png', 'ä.png', '?.png', 'x' * 196 + '.png'), strict=True):
        body = json.dumps(dict(images=[dict(name=name, data=base64.b64encode(FACE).decode())]))
        answer = client.post('/predict', content=body, headers={'content-type': 'application/json'})
        if name == '\ud800.png' and answer.status_code == 422:
            assert 'JSON' in answer.json()['detail']  # half of a character is no JSON to some readers
        else:
            assert answer.json()['results'][0]['source'] == expected


def test_the_largest_faces_are_answered(client: TestClient) -> None:
    photo = squares(3)
    photo[60:90, 4:40] = 255  # the largest of four
    body = send(client, ('a.png', png(photo))).json()
    assert len(body['results']) == LIMITS.faces
    assert max(row['box'][3] for row in body['results']) == 90


def test_a_full_server_refuses_and_recovers(make_service: Callable[..., Service]) -> None:
    service = make_service(ServingLimits(waiting=1))
    client, go = client_of(service), threading.Event()
    service.worker.submit(go.wait)
    answers: list[Response] = []
    first = threading.Thread(target=lambda: answers.append(send(client, ('a.png', FACE))))
    first.start()
    while not service.worker.taken:
        pass
    refused = send(client, ('b.png', FACE))
    go.set()
    first.join()
    assert refused.status_code == 503
    assert int(refused.headers['retry-after']) >= 1
    assert '1 requests are in process' in refused.json()['detail']
    assert answers[0].status_code == send(client, ('c.png', FACE)).status_code == 200
    assert service.worker.taken == 0


def test_a_request_that_waits_too_long_is_dropped(make_service: Callable[..., Service]) -> None:
    service = make_service(ServingLimits(seconds=0.2))
    client, go = client_of(service), threading.Event()
    service.worker.submit(go.wait)
    late = send(client, ('a.png', FACE))
    assert late.status_code == 503
    assert 'not answered within 0.2 s' in late.json()['detail']
    go.set()
    assert send(client, ('b.png', FACE)).status_code == 200
    assert service.answered == 1  # the dropped request cost nothing


def test_a_request_whose_time_is_over_ends_at_its_next_image(make_service: Callable[..., Service], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the other images any more."""
    service = make_service(ServingLimits(seconds=0.3))
    read: list[str] = []

    def slowly(name: str, content: bytes, limits: ServingLimits) -> Picture:
        read.append(name)
        time.sleep(0.2)
        return uploaded_picture(name, content, limits)

    monkeypatch.setattr('ofer.serving.service.uploaded_picture', slowly)
    future = service.predict([(f'{i}.png', FACE) for i in range(10)])
    with pytest.raises(BusyError, match=r'not answered within 0\.3 s'):
        future.result(10)
    assert read == ['0.png', '1.png']
    assert len(service.predict([('later.png', FACE)]).result(10)) == 1


def test_a_fault_of_the_networks_is_an_error_of_one_request(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(client_of(service).app, base_url='http://127.0.0.1', raise_server_exceptions=False)
    with monkeypatch.context() as patch:
        patch.setattr(service.models['default'].answering, '_recognise', lambda faces: 1 / 0)
        assert send(client, ('a.png', FACE)).status_code == 500
        assert send(client, ('a.png', FACE), model='other').status_code == 200
    assert send(client, ('a.png', FACE)).status_code == 200
    assert service.worker.taken == 0
