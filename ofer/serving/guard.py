"""The outermost layer of the server: bodies are bounded in size and time before anything reads them, and answers carry safe headers."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ofer.serving.limits import MB

HEADERS = {
    # Everything comes from this server: a page that is offline works, and no address of a user leaks.
    'content-security-policy': "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'self'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
}

_DROP, _DROP_SECONDS = 4, 10.0
"""Of a body that is too large: times its allowance, and seconds, that are read before the connection is closed."""


@dataclass(frozen=True)
class Allowance:
    """What a request's body may be.

    Args:
        size: bytes.
        seconds: in which it has to arrive.
    """

    size: int
    seconds: float


class Guard:
    """ASGI middleware.

    A body that is too large is refused with 413, by its stated length or while it arrives; a slow one with 408; a request of a page of
    another website with 403.

    Args:
        app: the application.
        allowance: of a path.
    """

    def __init__(self, app: ASGIApp, allowance: Callable[[str], Allowance]) -> None:
        self.app, self.allowance = app, allowance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return
        allowed, headers = self.allowance(scope['path']), Headers(scope=scope)
        received, whole, deadline = 0, False, time.monotonic() + allowed.seconds

        async def bounded() -> Message:
            nonlocal received, whole
            if whole:  # what follows the body is the end of the connection, for which a stream of answers waits
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(deadline - time.monotonic(), 0.001))
            except asyncio.TimeoutError:
                raise HTTPException(408, f'the request did not arrive within {allowed.seconds:g} s') from None
            received += len(message.get('body', b''))
            whole = not message.get('more_body', False)
            if received > allowed.size:
                await drop(receive, allowed)
                raise HTTPException(413, too_large(allowed))
            return message

        async def with_headers(message: Message) -> None:
            if message['type'] == 'http.response.start':
                found = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    found.setdefault(name, value)
            await send(message)

        stated = headers.get('content-length', '0')
        if headers.get('sec-fetch-site') == 'cross-site' and scope['method'] not in ('GET', 'HEAD'):
            await refuse(403, 'requests of pages of other websites are refused', scope, receive, with_headers)
        elif stated.isdecimal() and int(stated) > allowed.size:
            await drop(receive, allowed)
            await refuse(413, too_large(allowed), scope, receive, with_headers)
        else:
            await self.app(scope, bounded, with_headers)


async def drop(receive: Receive, allowed: Allowance) -> None:
    """Read the rest of a body and forget it, within bounds: a client that still sends would miss the answer."""
    dropped, deadline = 0, time.monotonic() + min(allowed.seconds, _DROP_SECONDS)
    with suppress(asyncio.TimeoutError):
        while dropped < _DROP * allowed.size:
            message = await asyncio.wait_for(receive(), max(deadline - time.monotonic(), 0.001))
            dropped += len(message.get('body', b''))
            if not message.get('more_body', False):
                return


def too_large(allowed: Allowance) -> str:
    """Message for a body over its allowance."""
    return f'the request is larger than {allowed.size / MB:g} MB'


async def refuse(status: int, detail: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer without reading the body."""
    await JSONResponse({'detail': detail}, status, {'connection': 'close'})(scope, receive, send)
