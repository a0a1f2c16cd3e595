"""The routes of the server: ``POST /predict``, ``GET /models``, ``GET /health``."""

import asyncio
import time
from typing import Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

import ofer
from ofer.inference.face_result import UNREADABLE, FaceResults
from ofer.serving.bodies import JSON, read_uploads
from ofer.serving.examples import answer_example, body_description, failure
from ofer.serving.queueing import BusyError
from ofer.serving.service import Service

PREDICT = '/predict'


def api_routes(service: Service) -> APIRouter:
    """Routes of a service."""
    router = APIRouter(tags=['Faces in images'])

    @router.post(
        PREDICT,
        summary='Expressions and occlusion of the faces in images',
        openapi_extra=dict(requestBody=body_description()),
        responses={
            200: dict(
                description='A result for each face, and for each image without one.', content={JSON: dict(example=answer_example())}
            ),
            413: failure('Too large, or too many images.', 'the request is larger than 20 MB'),
            415: failure('Neither a form nor JSON.', 'text/plain: send multipart/form-data with files, or application/json with base64'),
            422: failure('No image could be read, or a parameter is invalid.', 'notes.txt: damaged, or no image of an accepted type'),
            503: failure('The server is busy; Retry-After has the seconds to wait.', '64 requests are in process already.'),
        },
    )
    async def predict(
        request: Request,
        model: str | None = Query(None, description='one of GET /models; the first is the default'),
        schema: Literal['pyfeat', 'deepface'] | None = Query(None, description='names of the values as in that tool'),
    ) -> JSONResponse:
        """Send image files as a form, or as JSON with base64.

        The results have the form of `FERInferencer(...).to_dict()`. An image without a face, or that cannot be read, gives a result with
        the reason; the other images of the request are answered. Nothing is stored.
        """
        begin = time.perf_counter()
        chosen = served_model(service, model)
        with service.worker.place():
            uploads = await read_uploads(request, service.limits)
            future = service.predict(uploads, chosen)
            try:
                answered = await asyncio.wait_for(asyncio.wrap_future(future), service.limits.seconds)
            except asyncio.TimeoutError:
                raise service.too_slow() from None
        results = FaceResults(result for _, own in answered for result in own)
        body: dict[str, Any] = dict(model=chosen, results=results.to_dict(schema))
        body['seconds'] = round(time.perf_counter() - begin, 4)
        if all(result.status == UNREADABLE for result in results):
            reasons = '; '.join(f'{result.source}: {result.reason}' for result in results)
            return JSONResponse(dict(detail=reasons) | body, 422)
        return JSONResponse(body)

    @router.get('/models', summary='The models that can be chosen')
    async def models() -> list[dict[str, Any]]:
        """Name and classes of each model; the first is the default."""
        return [dict(model.describe()) for model in service.models.values()]

    @router.get('/health', summary='Whether the server runs, and how busy it is')
    async def health() -> dict[str, Any]:
        """Version, seconds since the start, images answered, requests in process, and places for them."""
        return dict(
            status='ok',
            version=ofer.__version__,
            seconds=round(time.monotonic() - service.began, 1),
            answered=service.answered,
            in_process=service.worker.taken,
            places=service.worker.places,
        )

    return router


async def answer_http(request: Request, error: HTTPException) -> JSONResponse:
    """An error of a request, as ``{"detail": "..."}``."""
    del request
    return JSONResponse(dict(detail=error.detail), error.status_code, error.headers)


async def answer_gone(request: Request, error: ClientDisconnect) -> JSONResponse:
    """For a client that closed the connection in the middle of its request: nobody reads it."""
    del request, error
    return JSONResponse(dict(detail='the connection was closed'), 400)


async def answer_busy(request: Request, error: BusyError) -> JSONResponse:
    """503, with the seconds after which to try again."""
    del request
    return JSONResponse(dict(detail=str(error)), 503, {'retry-after': str(error.retry_after)})


def served_model(service: Service, name: str | None) -> str:
    """The name of a model that is served.

    Raises:
        HTTPException: 422, it is not.
    """
    try:
        return service.model(name).name
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
