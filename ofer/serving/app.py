"""The application: routes, OpenAPI page, and the page for the browser, behind the guard."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

import ofer
from ofer.serving.guard import Allowance, Guard
from ofer.serving.limits import MB
from ofer.serving.queueing import BusyError
from ofer.serving.routes import PREDICT, answer_busy, answer_gone, answer_http, api_routes
from ofer.serving.service import Service

LOOPBACK = ('127.0.0.1', 'localhost', '::1', '[::1]')
_DESCRIPTION = """Facial expressions of all faces in images, with calibrated probabilities, and which parts of each face are occluded.

The page for the browser is at [/](/). Commands and limits are described in docs/serve.md of the project."""


def build_app(service: Service, page: bool = True, hosts: Sequence[str] = LOOPBACK) -> FastAPI:
    """The server's application.

    Args:
        service: what it serves.
        page: whether the page for the browser is at ``/``.
        hosts: names under which the server may be addressed (``Host`` header); ``'*'`` for any. On the loopback this keeps pages of
            other websites out, which could otherwise let a name of their own point to this machine.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        service.close()

    app = FastAPIOffline(title='ofer', version=ofer.__version__, description=_DESCRIPTION, redoc_url=None, lifespan=lifespan)
    app.include_router(api_routes(service))
    handlers: dict[Any, Any] = {HTTPException: answer_http, BusyError: answer_busy, ClientDisconnect: answer_gone}
    for kind, handler in (handlers | {RequestValidationError: _answer_invalid}).items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(Guard, allowance=lambda path: allowance(service, path))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    if page:
        from ofer.serving.page import mount_page

        app = mount_page(app, service)
    return app


def allowance(service: Service, path: str) -> Allowance:
    """What a request to a path may send: images, as text too, or to the page also a video."""
    limits = service.limits
    if path == PREDICT:
        return Allowance(limits.upload * 4 // 3 + MB, limits.seconds)
    return Allowance(max(limits.video_upload, limits.upload) + MB, 10 * limits.seconds)


async def _answer_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    del request
    return JSONResponse(dict(detail='; '.join(f'{".".join(map(str, e["loc"]))}: {e["msg"]}' for e in error.errors())), 422)
