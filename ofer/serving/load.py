"""Many clients of a server at a time, of which some send garbage: failures, latencies, and memory of the server."""

import asyncio
import random
import struct
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import numpy as np

PREDICT = '/predict'
BUSY = 503
_JSON = {'content-type': 'application/json'}


@dataclass
class Load:
    """What clients do.

    Args:
        photos: image files with a face.
        clients: at a time; each sends its next request as soon as it has an answer.
        garbage: share of the requests that are garbage.
        seconds: how long.
        seed: of the choices.
    """

    photos: Sequence[bytes]
    clients: int = 50
    garbage: float = 0.2
    seconds: float = 300.0
    seed: int = 0


@dataclass
class Outcome:
    """What came of it.

    Args:
        latencies: seconds of each answered photo.
        garbage: number of garbage requests by kind, all of them refused as they should be.
        busy: answers with status 503; the client waited as told and sent the photo again.
        failures: what was neither answered nor refused as it should be, by description.
        memory: ``(seconds, MB)`` of the server, sampled.
    """

    latencies: list[float] = field(default_factory=list)
    garbage: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)

    def percentiles(self, shares: Sequence[float] = (50, 90, 99, 100)) -> list[float]:
        """Latencies below which that many per cent lie, seconds."""
        return [float(value) for value in np.percentile(self.latencies or [float('nan')], shares)]


Garbage = Callable[[httpx.AsyncClient, bytes], Awaitable[bool]]


async def _refused(request: Awaitable[httpx.Response], *statuses: int) -> bool:
    answer = await request
    return answer.status_code in (*statuses, BUSY) and bool(answer.json()['detail'])


def _form(client: httpx.AsyncClient, content: bytes) -> Awaitable[httpx.Response]:
    return client.post(PREDICT, files={'files': ('photo.jpg', content)})


def enormous_png(side: int = 60_000) -> bytes:
    """A PNG header of gigapixels over a few bytes."""
    header = struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)
    chunks = [(b'IHDR', header), (b'IDAT', zlib.compress(bytes(100))), (b'IEND', b'')]
    packed = [struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data)) for kind, data in chunks]
    return b'\x89PNG\r\n\x1a\n' + b''.join(packed)


async def _hang_up(client: httpx.AsyncClient, photo: bytes) -> bool:
    """Close the connection in the middle of the body."""
    parts = urlsplit(str(client.base_url))
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f'POST {PREDICT} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(photo)}\r\n\r\n'
    writer.write(head.encode() + photo[: len(photo) // 2])
    await writer.drain()
    writer.transport.abort()
    return True


GARBAGE: dict[str, Garbage] = {
    'empty file': lambda client, photo: _refused(_form(client, b''), 422),
    'text': lambda client, photo: _refused(_form(client, b'<html>not found</html>'), 422),
    'noise': lambda client, photo: _refused(_form(client, photo[:20] + random.randbytes(5000)), 422),
    'cut off': lambda client, photo: _refused(_form(client, photo[: len(photo) // 2]), 422),
    'gigapixels': lambda client, photo: _refused(_form(client, enormous_png()), 422),
    'no JSON': lambda client, photo: _refused(client.post(PREDICT, content=b'{"images": [', headers=_JSON), 422),
    'no base64': lambda client, photo: _refused(client.post(PREDICT, json=dict(images=[dict(data='?')])), 422),
    'no form': lambda client, photo: _refused(client.post(PREDICT, content=photo), 415),
    'unknown model': lambda client, photo: _refused(client.post(PREDICT, params=dict(model='none'), files={'files': photo}), 422),
    'too large': lambda client, photo: _refused(client.post(PREDICT, content=bytes(40_000_000), headers=_JSON), 413),
    'connection closed': _hang_up,
}
"""Garbage by kind: sends it, and tells whether the server refused it as it should, or had no time for it."""


async def run_load(address: str, load: Load, memory: Callable[[], float] | None = None, every: float = 5.0) -> Outcome:
    """Put a server under load.

    Args:
        address: of the server, on this machine.
        load: what the clients do.
        memory: of the server, MB.
        every: seconds between two samples of the memory.
    """
    outcome, begin = Outcome(), time.monotonic()
    tasks = [asyncio.create_task(_client(address, load, outcome, begin + load.seconds, load.seed + i)) for i in range(load.clients)]
    while memory is not None and any(not task.done() for task in tasks):
        outcome.memory.append((time.monotonic() - begin, memory()))
        await asyncio.wait(tasks, timeout=every)
    await asyncio.gather(*tasks)
    return outcome


async def _client(address: str, load: Load, outcome: Outcome, end: float, seed: int) -> None:
    choose = random.Random(seed)
    async with httpx.AsyncClient(base_url=address, timeout=120, trust_env=False) as client:
        while time.monotonic() < end:
            photo = choose.choice(load.photos)
            kind = choose.choice(list(GARBAGE)) if choose.random() < load.garbage else None
            try:
                if kind is None:
                    await _photo(client, photo, outcome)
                elif await GARBAGE[kind](client, photo):
                    outcome.garbage[kind] += 1
                else:
                    outcome.failures[f'{kind}: not refused as it should be'] += 1
            except (httpx.HTTPError, OSError, ValueError, KeyError) as error:
                outcome.failures[f'{kind or "photo"}: {type(error).__name__} {error}'] += 1


async def _photo(client: httpx.AsyncClient, photo: bytes, outcome: Outcome) -> None:
    begin = time.monotonic()
    answer = await _form(client, photo)
    while answer.status_code == BUSY:
        outcome.busy += 1
        await asyncio.sleep(int(answer.headers['retry-after']))
        answer = await _form(client, photo)
    if answer.status_code != 200 or answer.json()['results'][0]['status'] != 'face':
        outcome.failures[f'photo: {answer.status_code} {answer.text[:80]}'] += 1
    else:
        outcome.latencies.append(time.monotonic() - begin)
