"""Results with the column names of other tools, so that scripts for those tools still work.

* ``pyfeat``: columns of Py-Feat's ``Fex`` (0.6): face box, 68 landmarks, emotions, ``input``, ``frame``. Head pose and action units are
  absent, because no network here predicts them.
* ``deepface``: keys of an entry of ``DeepFace.analyze(actions=['emotion'])``: emotions in per cent, ``dominant_emotion``, ``region``.

Results that these tools do not have follow under the names of ofer: occlusion, abstention and its reason.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ofer.inference.face_result import FaceResult

DEEPFACE_NAMES = {'anger': 'angry', 'happiness': 'happy', 'sadness': 'sad'}
"""Our names of expressions that DeepFace spells otherwise."""

_PYFEAT_ORDER = ('anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral')
_DEEPFACE_ORDER = ('anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral')
NUM_LANDMARKS = 68


def pyfeat(result: FaceResult) -> dict[str, Any]:
    """A row of Py-Feat's ``Fex``; what is missing is NaN there and None here."""
    box = (None,) * 4 if result.box is None else _corner_and_size(result.box)
    names = ('FaceRectX', 'FaceRectY', 'FaceRectWidth', 'FaceRectHeight')
    row: dict[str, Any] = dict(zip(names, box, strict=True)) | dict(FaceScore=result.score)
    for axis, letter in enumerate('xy'):
        points = (None,) * NUM_LANDMARKS if result.landmarks is None else (round(float(value), 2) for value in result.landmarks[:, axis])
        row |= {f'{letter}_{i}': value for i, value in enumerate(points)}
    row |= dict(_ordered(result.probabilities, _PYFEAT_ORDER))
    row |= dict(input=result.source, frame=result.frame)
    if result.time is not None:
        row |= dict(approx_time=_clock(result.time))
    return row | _ours(result)


def deepface(result: FaceResult) -> dict[str, Any]:
    """An entry of the list that ``DeepFace.analyze`` returns."""
    emotions = {DEEPFACE_NAMES.get(name, name): 100 * share for name, share in _ordered(result.probabilities, _DEEPFACE_ORDER)}
    region: dict[str, Any] = dict.fromkeys(('x', 'y', 'w', 'h', 'left_eye', 'right_eye'))
    if result.box is not None:
        x, y, w, h = (round(value) for value in _corner_and_size(result.box))
        region |= dict(x=x, y=y, w=w, h=h)
    if result.points is not None:
        right, left = (tuple(round(float(value)) for value in point) for point in result.points[:2])
        region |= dict(left_eye=left, right_eye=right)
    dominant = None if result.label is None else DEEPFACE_NAMES.get(result.label, result.label)
    row = dict(emotion=emotions, dominant_emotion=dominant, region=region, face_confidence=result.score, input=result.source)
    return row | dict(frame=result.frame) | _ours(result)


SCHEMAS: dict[str, Callable[[FaceResult], dict[str, Any]]] = {'pyfeat': pyfeat, 'deepface': deepface}


def find_schema(name: str) -> Callable[[FaceResult], dict[str, Any]]:
    """The function that makes rows of that schema.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in SCHEMAS:
        raise ValueError(f'schema={name!r}: choose one of {", ".join(SCHEMAS)}, or None for our own columns')
    return SCHEMAS[name]


def flat_row(result: FaceResult, schema: str | None) -> dict[str, Any]:
    """A row of a table without nesting: ``region.x`` for ``{'region': {'x': ...}}``."""
    if schema is None:
        return result.to_row()
    flat: dict[str, Any] = {}
    for key, value in find_schema(schema)(result).items():
        flat |= {f'{key}.{name}': inner for name, inner in value.items()} if isinstance(value, Mapping) else {key: value}
    return flat


def _ordered(probabilities: Mapping[str, float], order: tuple[str, ...]) -> list[tuple[str, float]]:
    """In the other tool's order; classes that it does not have come last."""
    known = [name for name in order if name in probabilities]
    return [(name, probabilities[name]) for name in [*known, *(name for name in probabilities if name not in order)]]


def _corner_and_size(box: np.ndarray) -> tuple[float, float, float, float]:
    left, top, right, bottom = (round(float(value), 2) for value in box)
    return left, top, round(right - left, 2), round(bottom - top, 2)


def _clock(seconds: float) -> str:
    return f'{int(seconds // 60):02d}:{int(seconds % 60):02d}'


def _ours(result: FaceResult) -> dict[str, Any]:
    share = result.occluded_fraction
    regions = None if share is None else ';'.join(result.occluded_regions)
    return dict(occluded_fraction=share, occluded_regions=regions, abstain=result.abstain, status=result.status, reason=result.reason)
