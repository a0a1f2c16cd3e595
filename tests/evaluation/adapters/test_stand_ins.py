"""Adapters of packages that are not installed for tests: the interface that they are called by, with stand-ins for the packages."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from ofer.evaluation.adapters import load_adapter

IMAGES = np.zeros((3, 48, 48, 3), np.uint8)
IMAGES[..., 0] = 200  # red


def package(monkeypatch: pytest.MonkeyPatch, name: str, **content: object) -> None:
    parent = name.split('.')[0]
    for part in {parent, name}:
        monkeypatch.setitem(sys.modules, part, ModuleType(part))
    for key, value in content.items():
        setattr(sys.modules[name], key, value)


def test_deepface_gets_bgr_and_gives_probabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def predict(image: np.ndarray) -> np.ndarray:
        seen.append(image)
        return np.array([0, 0, 0, 2.0, 0, 0, 2.0])

    def build_model(task: str, model_name: str) -> SimpleNamespace:
        assert (task, model_name) == ('facial_attribute', 'Emotion')
        return SimpleNamespace(predict=predict)

    package(monkeypatch, 'deepface.modules', modeling=SimpleNamespace(build_model=build_model))
    tool = load_adapter('deepface')
    assert tool(IMAGES)[2].tolist() == [0, 0, 0, 0.5, 0, 0, 0.5]
    assert tool.classes[3] == 'happiness'
    assert seen[0][0, 0].tolist() == [0, 0, 200]


def test_emotiefflib_gives_its_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    class Recogniser:
        def __init__(self, engine: str, model_name: str, device: str) -> None:
            assert (engine, device) == ('onnx', 'cpu')

        def predict_emotions(self, faces: list[np.ndarray], logits: bool) -> tuple[list[str], np.ndarray]:
            assert not logits
            assert faces[0][0, 0].tolist() == [200, 0, 0]  # RGB
            return ['Anger'] * len(faces), np.eye(8)[[0] * len(faces)]

    package(monkeypatch, 'emotiefflib.facial_analysis', EmotiEffLibRecognizer=Recogniser)
    tool = load_adapter('emotiefflib')
    assert tool(IMAGES).shape == (3, 8)
    assert (tool.classes[0], tool.classes[-1]) == ('anger', 'surprise')
    assert tool.trained_on == ('AffectNet',)


@pytest.mark.parametrize('name', ['deepface', 'emotiefflib'])
def test_a_package_that_is_missing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=f'{name} is not installed'):
        load_adapter(name)


def test_fer_beside_a_newer_opencv(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AttributeError("module 'cv2' has no attribute 'CascadeClassifier'")

    package(monkeypatch, 'fer.fer', FER=refuse)
    with pytest.raises(ImportError, match=r"CascadeClassifier.*pip install fer .*'opencv-contrib-python<5'"):
        load_adapter('fer')
