"""Recognisers of other projects: names, another Python, and face-api's network against a plain computation."""

import json
import sys
import types
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.evaluation.adapters import face_api, load_adapter
from ofer.evaluation.adapters.elsewhere import Elsewhere
from ofer.evaluation.adapters.outside import TOOLS, OutsideTool, known_names

IMAGES = np.random.default_rng(0).integers(0, 255, (5, 48, 48, 3), dtype=np.uint8)


@pytest.fixture
def fer(monkeypatch: pytest.MonkeyPatch) -> type:
    """A stand-in of the package: sure of anger where the image is dark, of happiness where it is bright."""

    class FER:
        seen: list

        def _classify_emotions(self, faces: np.ndarray) -> np.ndarray:
            FER.seen = [faces.shape, float(faces.min()), float(faces.max())]
            bright = (faces.mean((1, 2)) + 1) / 2
            scores = np.zeros((len(faces), 7))
            scores[:, 0], scores[:, 3] = 1 - bright, bright
            return scores

    monkeypatch.setitem(sys.modules, 'fer', types.ModuleType('fer'))
    module = types.ModuleType('fer.fer')
    module.FER = FER  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, 'fer.fer', module)
    return FER


def test_fer_gets_its_own_size_and_scale(fer: type) -> None:
    images = np.stack([np.zeros((48, 48, 3), np.uint8), np.full((48, 48, 3), 255, np.uint8)])
    tool = load_adapter('fer')
    answers = tool(images)
    assert fer.seen == [(2, 64, 64), -1.0, 1.0]
    assert tool.classes == ('anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral')
    np.testing.assert_allclose(answers, [[1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0]], atol=1e-6)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, 'fer.fer', None)
    with pytest.raises(ImportError, match='pip install fer'):
        load_adapter('fer')
    with pytest.raises(FileNotFoundError, match='npm pack @vladmandic/face-api'):
        OutsideTool('face-api', tmp_path)
    with pytest.raises(ValueError, match=f'Choose one of {", ".join(TOOLS)}'):
        OutsideTool('no_such_tool')
    with pytest.raises(ValueError, match='face-api: unknown expressions bored'):
        known_names(('happy', 'bored'), 'face-api')


def test_another_python_gives_the_same_answers(tmp_path: Path, weights: Path) -> None:
    here, elsewhere = (OutsideTool('face-api', weights, python) for python in (None, sys.executable))
    assert here.classes == elsewhere.classes
    np.testing.assert_allclose(elsewhere(IMAGES), here(IMAGES), atol=1e-6)
    with pytest.raises(RuntimeError, match=r'face-api fails in .*\n(.*\n)*.*npm pack'):
        OutsideTool('face-api', tmp_path / 'none', python=sys.executable)
    with pytest.raises(RuntimeError, match='cannot be run'):
        OutsideTool('face-api', weights, python=tmp_path / 'python')


TALKATIVE = """
import os
print('begins')
def load(files):
    def answer(images):
        print('prints')
        os.write(1, b'done')
        if images.max() == 255:
            raise ValueError('too\\nbright')
        if images.max() == 0:
            os._exit(3)
        return images[:, 0, 0].astype(float) + os.getpid()
    return answer
"""


def test_another_python_is_started_once_and_survives_an_error(tmp_path: Path) -> None:
    (tmp_path / 'talkative.py').write_text(TALKATIVE)
    tool = Elsewhere('talkative', tmp_path / 'talkative.py', None, sys.executable)
    one, five = np.ones((2, 1, 1, 3), np.uint8), np.full((1, 1, 1, 3), 5, np.uint8)
    process = tool._process
    np.testing.assert_allclose(tool(one), np.ones((2, 3)) + process.pid)
    with pytest.raises(RuntimeError, match=r'talkative fails in .*\nValueError: too bright'):
        tool(one * 255)
    np.testing.assert_allclose(tool(five), np.full((1, 3), 5) + process.pid)
    with pytest.raises(RuntimeError, match='talkative fails in'):
        tool(one * 0)
    with pytest.raises(RuntimeError, match='talkative fails in'):
        tool(one)  # its process has ended
    other = Elsewhere('talkative', tmp_path / 'talkative.py', None, sys.executable)
    left = other._process
    del other
    assert left.poll() == 0  # it ends with the tool


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Random weights in the format of tfjs: matrices as bytes with scale and minimum, biases as float32."""
    rng = np.random.default_rng(1)
    entries, content = [], b''
    for index, (before, width) in enumerate(((3, 4), (4, 6), (6, 8), (8, 10))):
        for number in range(4):
            source = before if number == 0 else width
            shapes = {'depthwise_filter': [3, 3, source, 1], 'pointwise_filter': [1, 1, source, width]}
            if index == number == 0:
                shapes = {'filters': [3, 3, 3, width]}
            for name, shape in shapes.items():
                quantization = dict(dtype='uint8', scale=0.004, min=-0.5)
                entries.append(dict(name=f'dense{index}/conv{number}/{name}', shape=shape, dtype='float32', quantization=quantization))
                content += rng.integers(0, 255, int(np.prod(shape)), dtype=np.uint8).tobytes()
            entries.append(dict(name=f'dense{index}/conv{number}/bias', shape=[width], dtype='float32'))
            content += rng.normal(0, 0.1, width).astype(np.float32).tobytes()
    for name, shape in (('fc/weights', [10, 7]), ('fc/bias', [7])):
        entries.append(dict(name=name, shape=shape, dtype='float32'))
        content += rng.normal(0, 1, shape).astype(np.float32).tobytes()
    folder = tmp_path / 'model'
    folder.mkdir()
    (folder / face_api.MANIFEST).write_text(json.dumps([dict(paths=['net.bin'], weights=entries)]))
    (folder / 'net.bin').write_bytes(content)
    return folder


def plain_network(weights: dict[str, np.ndarray], image: np.ndarray) -> np.ndarray:
    """The same network with loops over the places of TensorFlow's layout ``(H, W, C)``."""
    x = (cv2.resize(image, (112, 112)).astype(np.float64) - face_api.MEAN) / 255

    def windows(x: np.ndarray, stride: int) -> np.ndarray:
        x = np.pad(x, ((0, 1), (0, 1), (0, 0)) if stride == 2 else ((1, 1), (1, 1), (0, 0)))
        return np.lib.stride_tricks.sliding_window_view(x, (3, 3), (0, 1))[::stride, ::stride]  # (h, w, C, 3, 3)

    def convolution(x: np.ndarray, name: str, stride: int) -> np.ndarray:
        if f'{name}/filters' in weights:
            return np.einsum('ijckl,klco->ijo', windows(x, stride), weights[f'{name}/filters']) + weights[f'{name}/bias']
        depth = np.einsum('ijckl,klc->ijc', windows(x, stride), weights[f'{name}/depthwise_filter'][..., 0])
        return depth @ weights[f'{name}/pointwise_filter'][0, 0] + weights[f'{name}/bias']

    for block in ('dense0', 'dense1', 'dense2', 'dense3'):
        one = np.maximum(convolution(x, f'{block}/conv0', 2), 0)
        two = convolution(one, f'{block}/conv1', 1)
        three = convolution(np.maximum(one + two, 0), f'{block}/conv2', 1)
        four = convolution(np.maximum(one + two + three, 0), f'{block}/conv3', 1)
        x = np.maximum(one + two + three + four, 0)
    logits = x.mean((0, 1)) @ weights['fc/weights'] + weights['fc/bias']
    return np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()


def test_face_api_is_the_network_of_its_source(weights: Path) -> None:
    tool = OutsideTool('face-api', weights)
    answers = tool(IMAGES)
    parameters = face_api.read_weights(weights)
    assert parameters['dense0/conv0/filters'].min() >= -0.5
    expected = np.stack([plain_network(parameters, image) for image in IMAGES])
    np.testing.assert_allclose(answers, expected, atol=1e-4)
    assert tool.classes == ('neutral', 'happiness', 'sadness', 'anger', 'fear', 'disgust', 'surprise')


def test_places_from_the_environment(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OFER_FACE_API', str(weights))
    answers = load_adapter('face-api')(IMAGES)
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)
    np.testing.assert_array_equal(load_adapter('faceapi')(IMAGES), answers)
    monkeypatch.setenv('OFER_FER_PYTHON', str(weights / 'python'))
    with pytest.raises(RuntimeError, match='cannot be run'):
        load_adapter('fer')


def test_a_cut_file_is_refused(weights: Path) -> None:
    (weights / 'net.bin').write_bytes((weights / 'net.bin').read_bytes() + b'\0')
    with pytest.raises(ValueError, match='Get them again'):
        face_api.read_weights(weights)
