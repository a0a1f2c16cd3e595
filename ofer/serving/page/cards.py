"""Results as a part of the page: a card for each face, messages, and links that save the results."""

import base64
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, Template, select_autoescape
from PIL import Image

from ofer.inference.face_result import FaceResult, FaceResults
from ofer.inference.tables import Table
from ofer.visualization.palette import colour_of

MOST_CARDS = 12
"""Faces with a card; the others are in the picture and in the files."""


@cache
def _template(name: str) -> Template:
    return Environment(loader=PackageLoader('ofer.serving.page', '.'), autoescape=select_autoescape()).get_template(name)


def cards(results: Sequence[FaceResult]) -> str:
    """A card for each of the largest faces: expression, probabilities, occlusion by region.

    Args:
        results: of one image; with ``crop``, a card shows the face.
    """
    faces = largest_first(results)
    return _template('cards.html').render(cards=[_card(face) for face in faces[:MOST_CARDS]], more=max(0, len(faces) - MOST_CARDS))


def largest_first(results: Iterable[FaceResult]) -> list[FaceResult]:
    """Results with a face, by the size of its box."""
    return sorted((result for result in results if result.box is not None), key=lambda result: -_area(result))


def message(text: str, kind: str = 'note', detail: str = '') -> str:
    """A message on the page.

    Args:
        text: what is the case.
        kind: ``'note'``, ``'warning'`` or ``'error'``.
        detail: what to do.
    """
    return _template('message.html').render(text=text, kind=kind, detail=detail)


def save_links(results: Sequence[FaceResult], name: str) -> str:
    """Links that save the results as CSV and as JSON; the files are in the page itself.

    Args:
        results: at least one.
        name: of the input, for the names of the files.
    """
    rows = FaceResults(results)
    table = Table('csv', dict.fromkeys(key for row in rows.to_rows() for key in row))
    files = {'csv': ('text/csv', table.header() + table.lines(rows)), 'json': ('application/json', json_file(rows))}
    stem = name.rpartition('.')[0] or name
    links = [(f'{stem}.{kind}', kind.upper(), data_uri(mime, content)) for kind, (mime, content) in files.items()]
    return _template('save.html').render(links=links)


def json_file(results: Sequence[FaceResult]) -> bytes:
    """A JSON array with :meth:`FaceResult.to_dict` of each result, one a line."""
    return b'[\n' + b',\n'.join(Table('jsonl', ()).lines([result]).rstrip(b'\n') for result in results) + b'\n]\n'


def data_uri(mime: str, content: bytes) -> str:
    """Content as an address."""
    return f'data:{mime};base64,{base64.b64encode(content).decode()}'


def _card(face: FaceResult) -> Mapping[str, Any]:
    ordered = sorted(face.probabilities.items(), key=lambda item: -item[1])
    return dict(
        number=(face.face or 0) + 1,
        face=face,
        percent=round(100 * (face.probability or 0)),
        crop=None if face.crop is None else data_uri('image/jpeg', _jpeg(face.crop)),
        bars=[(name, 100 * share, _css(name)) for name, share in ordered],
        regions=[(name.replace('_', ' '), 100 * share, name in face.occluded_regions) for name, share in face.occlusion.items()],
        occluded=None if face.occluded_fraction is None else round(100 * face.occluded_fraction),
        colour=_css(face.label),
    )


def _css(expression: str | None) -> str:
    return f'rgb{colour_of(expression)}'


def _jpeg(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, 'jpeg', quality=88)
    return file.getvalue()


def _area(result: FaceResult) -> float:
    assert result.box is not None
    left, top, right, bottom = map(float, result.box)
    return (right - left) * (bottom - top)


def summary(results: Iterable[FaceResult]) -> str:
    """The result in a sentence: how many faces, and what is on them."""
    labels = [result.label for result in results if result.label is not None]
    if not labels:
        return 'no face'
    count = '1 face' if len(labels) == 1 else f'{len(labels)} faces'
    return f'{count}: {", ".join(dict.fromkeys(labels))}'
