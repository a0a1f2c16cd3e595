"""Builds the parts of an inferencer from names, configs or objects."""

from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

import ofer.faces
from ofer.faces.landmarks import LandmarkFinder
from ofer.inference.answering import Detector, FindLandmarks
from ofer.weights import shipped_file

if TYPE_CHECKING:
    import torch

DETECTORS = {'small': 'SmallFaceDetector', 'yunet': 'YuNetDetector', 'cascade': 'CascadeDetector', 'none': 'WholeImage'}
"""Types of detectors by the names that users type."""


def choose_device(device: 'str | torch.device | None') -> 'torch.device':
    """The device to run on.

    Args:
        device: a name; None: a GPU if there is one.

    Raises:
        ValueError: an unknown name, or a device that does not exist.
    """
    import torch

    if device is None:
        return torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    try:
        chosen = torch.device(device)
        torch.zeros(1, device=chosen)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f'device={device!r}: cannot be used ({reason}). Choose cpu, or cuda where there is a GPU.') from error
    return chosen


def build_detector(detector: Any) -> Detector:
    """A detector.

    Args:
        detector: ``'default'``, a name of :data:`DETECTORS`, a config such as ``dict(type='YuNetDetector', path=...)``, a detector, or None
            for images that are faces.

    Raises:
        ValueError: an unknown name.
        FileNotFoundError: its file is missing.
    """
    name = {None: 'none', 'default': 'small'}.get(detector, detector) if detector is None or isinstance(detector, str) else None
    if name is not None:
        if name not in DETECTORS:
            raise ValueError(f'detector={detector!r}: choose one of default, {", ".join(DETECTORS)}')
        return getattr(ofer.faces, DETECTORS[name])()
    if isinstance(detector, dict):
        options = dict(detector)
        kind = options.pop('type', None)
        if kind in DETECTORS.values():
            return getattr(ofer.faces, kind)(**options)
        from ofer.registry import MODELS  # here: our own detectors run without mmengine

        return MODELS.build(detector)
    if not callable(detector):
        raise ValueError(f'detector={detector!r}: expected a name, a config, a detector or None')
    return detector


def build_landmarks(landmarks: Any, device: 'str | torch.device') -> FindLandmarks | None:
    """A finder of landmarks.

    Args:
        landmarks: ``'default'`` for the network that comes with the package, a checkpoint of a MobileFaceNet, a finder, or None for none.
        device: where its network goes.

    Raises:
        ValueError: something else.
        FileNotFoundError: no such checkpoint.
    """
    if landmarks is None:
        return None
    if callable(landmarks):
        return landmarks
    if not isinstance(landmarks, (str, PathLike)):
        raise ValueError(f"landmarks={landmarks!r}: expected 'default', a checkpoint, a finder of landmarks or None")
    return LandmarkFinder(shipped_file('landmarks') if landmarks == 'default' else fspath(landmarks), device)
