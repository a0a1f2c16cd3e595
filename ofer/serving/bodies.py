"""Bodies of ``POST /predict``: files of a form, or JSON with base64."""

import base64
import binascii

from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ofer.serving.limits import ServingLimits

FORM, JSON = 'multipart/form-data', 'application/json'


class EncodedImage(BaseModel):
    """An image file as text."""

    data: str = Field(description='the file, base64')
    name: str = Field('upload', description='of the file; it is the source in the results')


class EncodedImages(BaseModel):
    """The images of a request."""

    images: list[EncodedImage] = Field(min_length=1)


async def read_uploads(request: Request, limits: ServingLimits) -> list[tuple[str, bytes]]:
    """Name and content of each file of a request.

    Args:
        request: with a form or JSON.
        limits: on the number of images.

    Raises:
        HTTPException: 415, another content type; 422, no file, or invalid JSON or base64; 413, too many files.
    """
    kind = request.headers.get('content-type', '').partition(';')[0].strip().lower()
    if kind == FORM:
        uploads = await _of_form(request, limits)
    elif kind == JSON:
        uploads = await run_in_threadpool(_of_json, await request.body())
    else:
        raise HTTPException(415, f'{kind or "no content type"}: send {FORM} with files, or {JSON} with base64')
    if len(uploads) > limits.images:
        raise HTTPException(413, f'{len(uploads)} images: the limit is {limits.images} in a request')
    return uploads


async def _of_form(request: Request, limits: ServingLimits) -> list[tuple[str, bytes]]:
    async with request.form(max_files=4 * limits.images, max_fields=8) as form:
        files = [file for _, file in form.multi_items() if isinstance(file, UploadFile)]
        if not files:
            raise HTTPException(422, 'the form has no file. Send at least one, as field "files".')
        return [(file.filename or 'upload', await file.read()) for file in files]


def _of_json(body: bytes) -> list[tuple[str, bytes]]:
    try:
        images = EncodedImages.model_validate_json(body).images
    except ValidationError as error:
        raise HTTPException(422, '; '.join(map(_plain, error.errors(include_url=False, include_input=False)))) from error
    return [(image.name, _decoded(image.data, index)) for index, image in enumerate(images)]


def _plain(error: object) -> str:
    assert isinstance(error, dict)
    return f'{".".join(map(str, error["loc"])) or "JSON"}: {error["msg"]}'


def _decoded(text: str, index: int) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:  # ValueError: characters outside of ASCII
        raise HTTPException(422, f'images.{index}.data: no valid base64 ({error})') from error
