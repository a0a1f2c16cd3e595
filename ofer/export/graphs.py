"""Networks with everything around them that is arithmetic: scale, colour order, size, mean, deviation, softmax, temperature.

The input of each is uint8, as files and cameras give it; outputs have names.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.inference.recogniser import Recogniser
from ofer.models.priors.landmark_prior import LandmarkPrior
from ofer.models.tasks.face_detector import FaceDetector
from ofer.models.tasks.hybrid_inpainter import HybridInpainter
from ofer.models.tasks.occlusion_detector import OcclusionDetector


class Input(NamedTuple):
    """An input of a graph.

    Attributes:
        name: of the input.
        shape: of one image; None: any size.
        dtype: of the values.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: torch.dtype = torch.uint8

    def example(self, images: int, size: int = 64, seed: int = 0) -> Tensor:
        """Random values for a batch; axes of any size get ``size``."""
        shape = (images, *(side or size for side in self.shape))
        drawn = torch.rand(shape, generator=torch.Generator().manual_seed(seed))
        return drawn > 0.7 if self.dtype == torch.bool else (drawn * 256).to(self.dtype)


class Graph(nn.Module):
    """A network to be exported; ``forward`` takes the inputs in order and returns the outputs in order."""

    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]


def channels_first(images: Tensor, size: int | None) -> Tensor:
    """``(N, 3, S, S)`` float, whole numbers from 0 to 255, from ``(N, H, W, 3)`` uint8; without ``size`` they keep theirs."""
    pixels = images.permute(0, 3, 1, 2).float()
    if size is None:
        return pixels
    return F.interpolate(pixels, size=(size, size), mode='bilinear', antialias=True).round().clamp(0, 255)


class ClassifierGraph(Graph):
    """Aligned faces to calibrated probabilities and, as far as the model has them, ``occlusion`` and ``restored``.

    Args:
        recogniser: with its model.
        size: to which the pipeline resizes crops, pixels; None: it does not.
    """

    def __init__(self, recogniser: Recogniser, size: int | None = None) -> None:
        super().__init__()
        self.model, self.temperature, self.size = recogniser.model, recogniser.temperature, size
        side = recogniser.aligner.size
        self.inputs = (Input('images', (side, side, 3)),)
        with torch.no_grad():
            self.outputs = ('probabilities', *sorted(set(self._found(self.inputs[0].example(1))) - {'logits'}))

    def _found(self, images: Tensor) -> dict[str, Tensor]:
        inputs = self.model.data_preprocessor({'inputs': channels_first(images, self.size)})['inputs']
        if hasattr(self.model, 'outputs'):
            return self.model.outputs(inputs)
        logits = self.model(inputs, mode='tensor')
        return {'logits': logits[-1] if isinstance(logits, Sequence) else logits}

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        found = self._found(images)
        found['probabilities'] = (found['logits'] / self.temperature).softmax(-1)
        return tuple(found[name] for name in self.outputs)


class FaceDetectorGraph(Graph):
    """Grey images to the score, box and points of every cell."""

    inputs = (Input('images', (None, None)),)
    outputs = ('cells',)

    def __init__(self, model: FaceDetector) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> Tensor:
        return self.model(self.model.data_preprocessor({'inputs': images[:, None]})['inputs'])


class LandmarkGraph(Graph):
    """Aligned faces to 68 points.

    Args:
        prior: network with its input format.
        size: of the crops, pixels.
    """

    outputs = ('landmarks',)

    def __init__(self, prior: LandmarkPrior, size: int) -> None:
        super().__init__()
        self.prior = prior
        self.inputs = (Input('images', (size, size, 3)),)

    def forward(self, images: Tensor) -> Tensor:
        return self.prior.predict(channels_first(images, None) / 255)


class OcclusionGraph(Graph):
    """Aligned faces to the score of each patch, and 1 where it is flagged as occluded.

    Args:
        model: detector with its encoder.
        size: of the crops, pixels.
    """

    outputs = ('scores', 'occlusion')

    def __init__(self, model: OcclusionDetector, size: int) -> None:
        super().__init__()
        self.model = model
        self.inputs = (Input('images', (size, size, 3)),)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        scores = self.model(self.model.data_preprocessor({'inputs': channels_first(images, None)})['inputs'])
        return scores, self.model.detector.flags(scores).float()


class InpainterGraph(Graph):
    """Aligned faces and their holes, True = to be repainted, to the faces with the hole repainted, RGB in [0, 1].

    Args:
        model: first stage and generator.
        size: of the crops, pixels.
    """

    outputs = ('coarse', 'restored')

    def __init__(self, model: HybridInpainter, size: int) -> None:
        super().__init__()
        self.model = model
        self.inputs = (Input('images', (size, size, 3)), Input('hole', (size, size), torch.bool))

    def forward(self, images: Tensor, hole: Tensor) -> tuple[Any, ...]:
        inputs = self.model.data_preprocessor({'inputs': channels_first(images, None)})['inputs']
        coarse = self.model.paint_coarsely(inputs, hole)
        painted = self.model.reconstruct(inputs, hole, coarse)
        return tuple(self.model.input_format.pixels(image).clamp(0, 1) for image in (coarse, painted))
