"""Parts of an inferencer that run without torch: exported files that are given, or that are made once and kept."""

from pathlib import Path
from typing import Any

from ofer.apis.kept_exports import kept_export
from ofer.apis.named_weights import DEFAULT
from ofer.faces.landmarks import LandmarkFinder
from ofer.faces.small import SmallFaceDetector
from ofer.inference.exported import ExportedRecogniser
from ofer.runtimes import EXPORTED


def exported_recogniser(model: Any, weights: str | Path | None, backend: str, precision: str) -> ExportedRecogniser:
    """A recogniser for a backend.

    Args:
        model: an exported file, or as in :class:`ofer.FERInferencer`.
        weights: an exported file, a checkpoint, or None.
        backend: ``'onnx'`` or ``'openvino'``.
        precision: of the computation.

    Raises:
        ValueError: a file of other weights, or a model that cannot be exported.
        FileNotFoundError: a file does not exist, or it has to be exported and torch is not installed.

    Example:
        >>> exported_recogniser(object(), None, 'onnx', 'float32')
        Traceback (most recent call last):
        ValueError: backend='onnx': give the model by name or file; a object is for backend='torch'
    """
    if not isinstance(model, (str, Path)):
        raise ValueError(f"backend={backend!r}: give the model by name or file; a {type(model).__name__} is for backend='torch'")
    for given in (weights, model):
        if given is not None and Path(given).suffix in EXPORTED:
            return ExportedRecogniser(given, backend, precision)
    return ExportedRecogniser(
        kept_export('recogniser' if model == DEFAULT and weights is None else model, weights, backend), backend, precision
    )


def small_detector(detector: Any, backend: str, precision: str) -> Any:
    """The detector of the package for a backend if ``detector`` names it, from an exported file if that is given; others as they are.

    Example:
        >>> small_detector('yunet', 'onnx', 'float32')
        'yunet'
    """
    if detector in (DEFAULT, 'small'):
        return SmallFaceDetector(kept_export('face_detector', None, backend), backend=backend, precision=precision)
    if isinstance(detector, (str, Path)) and Path(detector).suffix in EXPORTED:
        return SmallFaceDetector(detector, backend=backend, precision=precision)
    return detector


def exported_landmarks(landmarks: Any, backend: str) -> Any:
    """The landmarks of the package for a backend if ``landmarks`` is ``'default'``; files and other finders as they are.

    Example:
        >>> exported_landmarks(None, 'onnx') is None
        True
    """
    if landmarks == DEFAULT:
        return LandmarkFinder(kept_export('landmarks', None, backend), backend=backend)
    if isinstance(landmarks, (str, Path)):
        return LandmarkFinder(landmarks, backend=backend if Path(landmarks).suffix in EXPORTED else None)
    return landmarks
