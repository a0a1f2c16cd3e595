"""From a photo, a folder, a video or a camera to expressions, and to what of each face is occluded."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ofer.apis.recognisers import load_recogniser
from ofer.inference.abstention import Limits
from ofer.inference.answering import Answering
from ofer.inference.face_result import FaceResult, FaceResults
from ofer.inference.sources import Picture, Reading, pictures
from ofer.inference.tracked import TrackedStream
from ofer.inference.web import WebLimits

if TYPE_CHECKING:
    from pathlib import Path

    import torch
    from mmengine.config import Config
    from mmengine.model import BaseModel

BACKENDS = ('torch',)


class FERInferencer:
    """Finds faces, and says of each what it expresses, how certain that is, and which part of it is occluded.

    ``inferencer(inputs)`` gives all answers as a list; ``inferencer.stream(inputs)`` gives them one by one in constant memory, however
    long a video or folder is. An input without a face or that cannot be read is an answer too, with the reason; it does not keep the others
    from being answered.

    Args:
        model: ``'default'``, one of :func:`ofer.list_models`, a config file, a config, or a model.
        weights: a checkpoint; None: those that come with the package.
        device: ``'cpu'``, ``'cuda'``, ...; None: a GPU where there is one.
        backend: what runs the networks: ``'torch'``.
        detector: ``'default'`` for the one that comes with the package, a config such as ``dict(type='YuNetDetector')``, a detector, or
            None where every image is a cropped face.
        landmarks: ``'default'`` for the network that comes with the package, a checkpoint of a MobileFaceNet, a finder of landmarks, or
            None for no landmarks; without them, occlusion is not stated by region.
        aligner: description of the aligner, in place of that of the training.
        batch_size: faces that are recognised together.
        limits: beyond which the inferencer abstains.
        allow_urls: whether inputs may be ``http(s)://`` URLs; :class:`ofer.inference.web.WebLimits` for other limits than its own.
        crops: whether results hold the aligned face.
        explain: whether they also hold where the classifier looks, and the parsing of the face, as far as the model has them; takes longer.

    Raises:
        ValueError: a bad argument; the message names it.
        FileNotFoundError: no such file of weights.

    >>> FERInferencer(backend='tflite')
    Traceback (most recent call last):
    ValueError: backend='tflite': choose one of torch
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
    ) -> None:
        from ofer.inference.parts import build_detector, build_landmarks, choose_device

        if backend not in BACKENDS:
            raise ValueError(f'backend={backend!r}: choose one of {", ".join(BACKENDS)}')
        if batch_size < 1:
            raise ValueError(f'batch_size={batch_size}: expected 1 or more')
        self.device = choose_device(device)
        self.web = (WebLimits() if allow_urls is True else allow_urls) or None
        recogniser = load_recogniser(model, weights, self.device, aligner)
        recogniser.explains = explain
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
        """Answer inputs.

        Args:
            inputs: a path of an image, video or folder, a glob, ``'webcam:0'``, a URL, an array, a PIL image, the bytes of an image file,
                or any iterable of these.
            color: order of the channels of arrays: ``'rgb'``, or ``'bgr'`` as OpenCV reads them.
            every: of videos, every ``every``-th frame.
            track: follow persons through videos.

        Returns:
            One result a face, in the order of the inputs; one for each input without a face.

        Raises:
            ValueError: an array with colour without ``color``, or a bad ``every``.
        """
        return FaceResults(self.stream(inputs, color, every, track))

    def stream(self, inputs: Any, color: Literal['rgb', 'bgr'] | None = None, every: int = 1, track: bool = True) -> Iterator[FaceResult]:
        """As :meth:`__call__`, one result after the other, in constant memory."""
        for _, results in self.frames(inputs, Reading(color, self.web, every), track):
            yield from results

    def frames(
        self, inputs: Any, reading: Reading | None = None, track: bool = True, keep_images: bool = False
    ) -> Iterator[tuple[Picture, list[FaceResult]]]:
        """Pictures with their results, for drawing and for jobs that are continued.

        Args:
            inputs: as in :meth:`__call__`.
            reading: how inputs are read.
            track: follow persons through videos.
            keep_images: whether pictures still hold their image.
        """
        reading = reading or Reading(web=self.web)
        if isinstance(inputs, np.ndarray) and inputs.ndim in (3, 4) and inputs.shape[-1] in (3, 4) and reading.color is None:
            raise ValueError("an array with colour needs color='rgb' or color='bgr' (arrays that OpenCV read are 'bgr')")
        answered = self.answering(pictures(inputs, reading), keep_images)
        return iter(TrackedStream(answered)) if track else answered
