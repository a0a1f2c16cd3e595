"""An image on which a model computes all of its parts, although its weights are random."""

from typing import Any

import torch
from mmengine.model import BaseModel
from torch import Tensor

from ofer.models import GaussianPainter, HybridInpainter, LatentOFER, OcclusionDetector
from ofer.structures import FaceSample


def example_inputs(model: BaseModel, size: int) -> tuple[Tensor, dict[str, Any]]:
    """An image, and the further inputs for a complete prediction of a model with random weights.

    The threshold of each detector in the model is set so that about half of the patches are flagged; a linear painter sees the image.

    Args:
        model: any model of a config.
        size: height and width of the image, pixels.

    Returns:
        ``(1, C, size, size)``, and ``data_samples`` with a hole, a quarter of the image, if the model repaints.

    Examples:
        >>> import ofer
        >>> image, others = example_inputs(ofer.get_model('demo_resnet18'), 64)
        >>> image.shape, others
        (torch.Size([1, 3, 64, 64]), {})
    """
    mean = getattr(model.data_preprocessor, 'mean', None)
    channels = 3 if mean is None else mean.numel()  # a face detector sees grey
    inputs = torch.randn(1, channels, size, size, generator=torch.Generator().manual_seed(0))
    if not isinstance(model, (GaussianPainter, HybridInpainter, LatentOFER)):
        return inputs, {}
    for detector in (part for part in model.modules() if isinstance(part, OcclusionDetector)):
        with torch.no_grad():
            features = detector.eval().features(inputs)
            detector.detector.observe(features)
            detector.detector.begin()
            detector.detector.threshold.fill_(detector.detector(features).median())
    for painter in (part for part in model.modules() if isinstance(part, GaussianPainter)):
        painter.observe(inputs)
    hole = torch.zeros(size, size, dtype=torch.bool)
    hole[size // 4 : size // 4 + size // 2, size // 4 : size // 4 + size // 2] = True
    return inputs, dict(data_samples=[FaceSample(hole=hole)])
