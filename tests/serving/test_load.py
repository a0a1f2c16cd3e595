"""A few seconds of load: photos are answered, garbage of every kind is refused, and the memory of the server is known."""

import asyncio
import os
import re

import pytest

from ofer.cli.main import main
from ofer.serving.load import GARBAGE, Load, Outcome, run_load
from ofer.serving.local import local_server, memory_of

data = pytest.importorskip('skimage.data', reason="needs a photograph: pip install 'ofer[demo]'")


def portrait() -> bytes:
    import cv2

    return cv2.imencode('.jpg', data.astronaut()[..., ::-1])[1].tobytes()


def test_every_photo_is_answered_and_all_garbage_refused(address: str) -> None:
    outcome = asyncio.run(run_load(address, Load([portrait()], clients=12, garbage=0.6, seconds=4), lambda: memory_of(os.getpid()), 1))
    assert outcome.failures == {}
    assert outcome.latencies
    assert outcome.garbage
    assert len(outcome.memory) >= 4
    for kind, send in GARBAGE.items():  # each, whatever was drawn
        assert asyncio.run(_once(address, send)), kind


async def _once(address: str, send: object) -> bool:
    import httpx

    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        return await send(client, portrait())  # type: ignore[operator]


def test_failures_are_counted() -> None:
    outcome = asyncio.run(run_load('http://127.0.0.1:9', Load([b''], clients=1, garbage=0, seconds=0.5)))  # nobody listens there
    assert set(outcome.failures) == {'photo: ConnectError All connection attempts failed'}
    assert Outcome([1.0, 2.0, 3.0]).percentiles([50, 100]) == [2, 3]


def test_a_server_that_does_not_start_is_named(capfd: pytest.CaptureFixture) -> None:
    with pytest.raises(RuntimeError, match='ofer serve did not start'), local_server('--model', 'none'):
        pass
    assert 'none' in capfd.readouterr().err


@pytest.mark.slow
def test_the_command(capsys: pytest.CaptureFixture) -> None:
    main(['analyze', 'serving-load', '--seconds', '10'])
    assert re.search(r'failures +\| +0 ', capsys.readouterr().out)
