"""A service around a classifier of a few thousand parameters, for which a bright square is a face, and a client of its server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope

pytest.importorskip('fastapi', reason="needs the extra web: pip install 'ofer[web]'")
pytest.importorskip('gradio', reason="needs the extra web: pip install 'ofer[web]'")

from fastapi.testclient import TestClient

from ofer.apis.inferencer import FERInferencer
from ofer.registry import MODELS
from ofer.serving.app import build_app
from ofer.serving.limits import ServingLimits
from ofer.serving.local import local_server
from ofer.serving.served import ServedModel
from ofer.serving.service import Service
from tests.inference.conftest import CLASSES, META, TINY, SquareDetector, squares

ROOT = Path(__file__).resolve().parents[2]
LIMITS = ServingLimits(upload=200_000, images=3, pixels=40_000, faces=2, seconds=20, waiting=4, video_upload=300_000, video_frames=6)


def png(image: np.ndarray) -> bytes:
    return cv2.imencode('.png', image[..., ::-1])[1].tobytes()


FACE, TWO_FACES, NO_FACE = png(squares(1)), png(squares(2)), png(squares(0))


@pytest.fixture(scope='session')
def inferencer() -> FERInferencer:
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('ofer'):
        model = MODELS.build(TINY)
    model.classes, model.meta = CLASSES, META
    return FERInferencer(model.eval(), device='cpu', detector=SquareDetector(), landmarks=None)


@pytest.fixture
def make_service(inferencer: FERInferencer) -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def make(limits: ServingLimits = LIMITS, names: tuple[str, ...] = ('default', 'other')) -> Service:
        made.append(Service([ServedModel.of(name, inferencer, limits) for name in names], limits))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Service:
    return make_service()


@pytest.fixture
def client(service: Service) -> TestClient:
    return client_of(service)


def client_of(service: Service, page: bool = False) -> TestClient:
    return TestClient(build_app(service, page), base_url='http://127.0.0.1')


@pytest.fixture(scope='session')
def address() -> Iterator[str]:
    """Of ``ofer serve`` in a process of its own, with the weights of the package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('PYTHONPATH', str(ROOT))
        patch.setenv('OMP_NUM_THREADS', '1')
        with local_server('--max-pixels', '4', '--also', 'again', 'default', 'default') as (found, _):
            yield found
