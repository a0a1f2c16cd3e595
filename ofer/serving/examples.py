"""Examples of the OpenAPI page, and the description of the body of ``POST /predict``."""

from typing import Any

import numpy as np

from ofer.inference.face_result import NO_FACE, FaceResult, FaceResults
from ofer.inference.regions import REGIONS
from ofer.serving.bodies import FORM, JSON, EncodedImages

PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC'
"""A white PNG image of one pixel."""


def results_example() -> list[dict[str, Any]]:
    """Results of two images: one with a face, one without."""
    shares = dict(neutral=0.05, happiness=0.86, surprise=0.04, sadness=0.01, anger=0.02, disgust=0.01, fear=0.01)
    points = np.array([[150, 168], [230, 168], [190, 215], [158, 258], [222, 258]], np.float32)
    face = FaceResult(
        'party.jpg',
        face=0,
        faces=1,
        box=np.array([110, 96, 270, 300], np.float32),
        score=0.98,
        points=points,
        label='happiness',
        probabilities=shares,
        entropy=0.605,
        occluded_fraction=0.31,
        occlusion=dict.fromkeys(REGIONS, 0.05) | dict(mouth=0.92, lower_face=0.58),
        occluded_regions=('mouth',),
        corners=np.array([[98, 90], [282, 90], [282, 274], [98, 274]], np.float32),
    )
    return FaceResults([face, FaceResult('sea.jpg', status=NO_FACE, abstain=True, reason='no face found')]).to_dict()


def answer_example() -> dict[str, Any]:
    """An answer of ``POST /predict``."""
    return dict(model='default', results=results_example(), seconds=0.042)


def body_description() -> dict[str, Any]:
    """The request body in OpenAPI's terms: a form with files, or JSON."""
    files = dict(type='array', items=dict(type='string', format='binary'), description='image files: JPEG, PNG, WebP, GIF or BMP')
    form = dict(schema=dict(type='object', properties=dict(files=files), required=['files']))
    schema = EncodedImages.model_json_schema(ref_template='#/components/schemas/{model}')
    schema = dict(schema, properties=dict(images=dict(type='array', minItems=1, items=schema.pop('$defs')['EncodedImage'])))
    json = dict(schema=schema, example=dict(images=[dict(name='pixel.png', data=PIXEL)]))
    return dict(required=True, content={FORM: form, JSON: json})


def failure(description: str, detail: str) -> dict[str, Any]:
    """An answer with an error, in OpenAPI's terms."""
    return dict(description=description, content={JSON: dict(example=dict(detail=detail))})
