"""Inference on photos, folders, videos and cameras: expressions and occlusion of each face."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ofer.inference.abstention import Limits
from ofer.inference.answering import Answering
from ofer.inference.face_result import FaceResult, FaceResults
from ofer.inference.sources import Picture, Reading, pictures
from ofer.inference.tracked import TrackedStream
from ofer.inference.web import WebLimits
from ofer.runtimes import BACKENDS as EXPORT_BACKENDS
from ofer.runtimes import check_precision

if TYPE_CHECKING:
    from pathlib import Path

    import torch
    from mmengine.config import Config
    from mmengine.model import BaseModel

BACKENDS = ('torch', *EXPORT_BACKENDS)


class FERInferencer:
    """Detects faces and predicts the expression of each, its probability, and the occluded parts.

    ``inferencer(inputs)`` returns all results as a list. ``inferencer.stream(inputs)`` yields them one by one in constant memory, for
    videos and folders of any size. An input without a face, or that cannot be read, gives a result with the reason; the other inputs
    are still processed.

    Args:
        model: ``'default'``, one of :func:`ofer.list_models`, a config file, a config, a model, or an exported file.
        weights: a checkpoint, or an exported file; None: the weights of the package.
        device: ``'cpu'``, ``'cuda'``, ...; None: a GPU if there is one. Other backends than torch run on the CPU.
        backend: library that runs the networks: ``'torch'``, ``'onnx'`` or ``'openvino'``. The last two run files that ``ofer export``
            wrote, without torch. Where torch is installed, other models are exported first, once: the files are kept in ``OFER_HOME``.
        detector: ``'default'`` for the detector of the package, a config such as ``dict(type='YuNetDetector')``, a detector, or
            None if every image is a cropped face.
        landmarks: ``'default'`` for the network of the package, a checkpoint of a MobileFaceNet, a landmark detector, or None for no
            landmarks; without them, occlusion is not given by region.
        aligner: config of the aligner; None: the aligner of the training.
        batch_size: number of faces in a batch.
        limits: the inferencer abstains beyond them; None: the defaults.
        allow_urls: whether inputs may be ``http(s)://`` URLs; :class:`ofer.inference.web.WebLimits` for custom limits.
        crops: whether results contain the aligned face.
        explain: whether they also contain ``attention``, the Grad-CAM map of the label, and the parsing of the face if the model has a
            face parser; slower, since Grad-CAM needs a backward pass.
        precision: of the recogniser and, by OpenVINO, of the detector of the package: ``'float32'``, or ``'bfloat16'``, which is faster on
            processors that have it and less exact; not for onnx. By torch also ``'mixed'``: frozen priors in bfloat16, everything else in
            float32.
        compile: let torch compile the recogniser at its first batch, which takes minutes for large models.
        classes: names that the outputs must have; a model with others is refused. None: any.

    Raises:
        ValueError: an argument is invalid; the message names it.
        FileNotFoundError: the file of weights does not exist.

    >>> FERInferencer(backend='tflite')
    Traceback (most recent call last):
    ValueError: backend='tflite': choose one of torch, onnx, openvino
    """

    def __init__(
        self,
        model: 'str | Path | Config | BaseModel' = 'default',
        weights: 'str | Path | None' = None,
        device: 'str | torch.device | None' = None,
        backend: str = 'torch',
        *,
        detector: Any = 'default',
        landmarks: Any = 'default',
        aligner: Mapping[str, Any] | None = None,
        batch_size: int = 32,
        limits: Limits | None = None,
        allow_urls: bool | WebLimits = False,
        crops: bool = False,
        explain: bool = False,
        precision: str = 'float32',
        compile: bool = False,
        classes: Sequence[str] | None = None,
    ) -> None:
        from ofer.inference.parts import build_detector, build_landmarks

        if backend not in BACKENDS:
            raise ValueError(f'backend={backend!r}: choose one of {", ".join(BACKENDS)}')
        if batch_size < 1:
            raise ValueError(f'batch_size={batch_size}: expected 1 or more')
        self.web = (WebLimits() if allow_urls is True else allow_urls) or None
        recogniser: Any
        if backend == 'torch':
            from ofer.apis.recognisers import load_recogniser
            from ofer.inference.parts import choose_device

            self.device: str | torch.device = choose_device(device)
            recogniser = load_recogniser(model, weights, self.device, aligner, precision, compile)
            recogniser.explains = explain
        else:
            from ofer.apis.exported_parts import exported_landmarks, exported_recogniser, small_detector

            check_exportable(backend, device, aligner, explain, compile)
            check_precision(backend, precision)
            self.device = 'cpu'
            recogniser = exported_recogniser(model, weights, backend, precision)
            detector, landmarks = small_detector(detector, backend, precision), exported_landmarks(landmarks, backend)
        if classes is not None and tuple(classes) != recogniser.classes:
            raise ValueError(f'{weights or model}: its classes are {", ".join(recogniser.classes)}, and {", ".join(classes)} are needed.')
        self.answering = Answering(
            build_detector(detector),
            recogniser,
            build_landmarks(landmarks, self.device),
            batch_size,
            limits or Limits(),
            keep_crops=crops or explain,
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the expressions."""
        return self.answering.recogniser.classes

    def __call__(self, inputs: Any, color: Literal['rgb', 'bgr'] | None = None, every: int = 1, track: bool = True) -> FaceResults:
        """Predict all inputs.

        Args:
            inputs: a path of an image, video or folder, a glob, ``'webcam:0'``, a URL, an array, a PIL image, the bytes of an image file,
                or an iterable of these.
            color: order of the channels of arrays: ``'rgb'``, or ``'bgr'`` as in OpenCV.
            every: of videos, every ``every``-th frame.
            track: follow persons through videos.

        Returns:
            One result for each face, in the order of the inputs; also one for each input without a face.

        Raises:
            ValueError: a colour array without ``color``, or an invalid ``every``.
        """
        return FaceResults(self.stream(inputs, color, every, track))

    def stream(self, inputs: Any, color: Literal['rgb', 'bgr'] | None = None, every: int = 1, track: bool = True) -> Iterator[FaceResult]:
        """As :meth:`__call__`, but yields results one by one in constant memory."""
        for _, results in self.frames(inputs, Reading(color, self.web, every), track):
            yield from results

    def frames(
        self, inputs: Any, reading: Reading | None = None, track: bool = True, keep_images: bool = False
    ) -> Iterator[tuple[Picture, list[FaceResult]]]:
        """Pictures with their results, for drawing and for resumable jobs.

        Args:
            inputs: as in :meth:`__call__`.
            reading: how inputs are read.
            track: follow persons through videos.
            keep_images: whether pictures keep their image.
        """
        reading = reading or Reading(web=self.web)
        if isinstance(inputs, np.ndarray) and inputs.ndim in (3, 4) and inputs.shape[-1] in (3, 4) and reading.color is None:
            raise ValueError("an array with colour needs color='rgb' or color='bgr' (arrays that OpenCV read are 'bgr')")
        answered = self.answering(pictures(inputs, reading), keep_images)
        return iter(TrackedStream(answered)) if track else answered


def check_exportable(backend: str, device: Any, aligner: Any, explain: bool, compile: bool) -> None:
    """Check options that only torch has.

    Raises:
        ValueError: one is set.

    Example:
        >>> check_exportable('onnx', device=None, aligner=None, explain=False, compile=False)
    """
    given = dict(device=str(device) if device is not None else 'cpu', aligner=aligner, explain=explain, compile=compile)
    usual = dict(device='cpu', aligner=None, explain=False, compile=False)
    for name, value in given.items():
        if value != usual[name]:
            raise ValueError(f"{name}={value!r}: backend={backend!r} runs files on the CPU as they were exported. Choose backend='torch'.")
