"""The server around the routes: health, description, headers, hosts, the queue, and its limits."""

import asyncio
import re
import socket
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from ofer.serving.examples import answer_example
from ofer.serving.guard import Allowance, Guard
from ofer.serving.limits import ServingLimits
from ofer.serving.queueing import BusyError, Worker
from ofer.serving.server import open_socket
from ofer.serving.service import Service

from .conftest import FACE, client_of


def test_health_counts(client: TestClient) -> None:
    assert client.get('/health').json()['answered'] == 0
    client.post('/predict', files=[('files', ('a.png', FACE)), ('files', ('b.png', FACE))])
    health = client.get('/health').json()
    assert (health['status'], health['answered'], health['in_process'], health['places']) == ('ok', 2, 0, 4)


def test_the_description_has_the_answer_as_it_is(client: TestClient) -> None:
    described = client.get('/openapi.json').json()['paths']['/predict']['post']
    assert set(described['requestBody']['content']) == {'multipart/form-data', 'application/json'}
    body = described['requestBody']['content']['application/json']['example']
    answered = client.post('/predict', json=body)
    assert answered.status_code == 200
    example = answer_example()
    assert set(example) == set(answered.json())
    assert set(example['results'][0]) == set(answered.json()['results'][0])
    shown = described['responses']['200']['content']['application/json']['example']  # FastAPI leaves null values out
    assert shown['results'][0].items() <= example['results'][0].items()
    assert {'413', '415', '422', '503'} < set(described['responses'])


def test_the_description_needs_no_other_server(client: TestClient) -> None:
    page = client.get('/docs').text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith('/') and client.get(address).status_code == 200 for address in addresses)


def test_answers_forbid_other_servers(client: TestClient) -> None:
    for answer in (client.get('/health'), client.get('/none'), client.post('/predict')):
        assert answer.headers['content-security-policy'].startswith("default-src 'self'")
        assert answer.headers['x-content-type-options'] == 'nosniff'


@pytest.mark.parametrize(('host', 'status'), [('localhost:8000', 200), ('[::1]:8000', 200), ('evil.example', 400), ('127.0.0.1.evil', 400)])
def test_on_the_loopback_only_its_names_are_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get('/health', headers={'host': host}).status_code == status


def test_a_body_has_a_time_limit() -> None:
    caught: list[HTTPException] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())['body'] == b'a'
        try:
            await receive()
        except HTTPException as error:
            caught.append(error)

    async def receive() -> dict:
        if not started:
            started.append(True)
            return dict(type='http.request', body=b'a', more_body=True)
        await asyncio.sleep(60)
        raise AssertionError

    started: list[bool] = []
    scope = dict(type='http', path='/predict', method='POST', headers=[])
    asyncio.run(Guard(application, lambda path: Allowance(10, 0.05))(scope, receive, None))  # type: ignore[arg-type]
    assert caught[0].status_code == 408


def test_the_worker_runs_in_order_and_survives() -> None:
    worker, order = Worker(places=2), []
    futures = [worker.submit(lambda i=i: order.append(i)) for i in range(5)]  # type: ignore[misc]
    failed = worker.submit(lambda: 1 / 0)
    assert worker.submit(threading.get_ident).result() != threading.get_ident()
    assert order == list(range(len(futures)))
    with pytest.raises(ZeroDivisionError):
        failed.result()
    with worker.place(), worker.place(), pytest.raises(BusyError, match='2 requests are in process'), worker.place():
        pass
    assert worker.taken == 0
    worker.close()


def test_models_have_names_of_their_own(service: Service) -> None:
    model = service.models['default']
    for models in ([], [model, model]):
        with pytest.raises(ValueError, match='expected at least one'):
            Service(models)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f'127.0.0.1:{port}: .*Choose another --port'):
            open_socket('127.0.0.1', port)


def test_the_page_and_the_routes_share_the_address(service: Service) -> None:
    with client_of(service, page=True) as client:
        assert 'gradio' in client.get('/').text
        assert client.get('/health').json()['status'] == 'ok'
        assert client.post('/predict', files=[('files', ('a.png', FACE))]).status_code == 200
        assert client.get('/docs').status_code == 200
        config = client.get('/config').json()
        assert not config['analytics_enabled']
        assert not re.findall(r'https?://fonts', client.get('/theme.css').text)


def test_limits_are_positive() -> None:
    with pytest.raises(ValueError, match='seconds=0: expected a limit above 0'):
        ServingLimits(seconds=0)
