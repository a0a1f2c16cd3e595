"""The transforms of a data set, one after another; a transform that breaks the contract of the next one is named."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.dataset import Compose

from ofer.registry import TRANSFORMS

REMEDY = 'Make it a subclass of mmcv.transforms.BaseTransform with transform(self, results), which returns results.'


class Pipeline(Compose):
    """Transforms in sequence. Each takes a dict and returns one, in which an array ``img`` stays ``(H, W, 3)`` uint8.

    Args:
        transforms: configs or callables.

    Raises:
        ValueError: a transform cannot be called, returns nothing, or returns an image of another form; the message names its class.
    """

    def __init__(self, transforms: Sequence[Mapping | Callable]) -> None:
        self.transforms = [TRANSFORMS.build(one) if isinstance(one, Mapping) else one for one in transforms]
        for transform in self.transforms:
            if not callable(transform):
                raise ValueError(f'the transform {type(transform).__name__} cannot be called. {REMEDY}')

    def __call__(self, data: dict) -> Any:
        """The result of the last transform."""
        name = data.get('img_path')
        for transform in self.transforms:
            data = transform(data)
            problem = _problem(data)
            if problem:
                raise ValueError(f'{name or "an image"}: the transform {type(transform).__name__} returns {problem}')
        return data


def _problem(data: Any) -> str | None:
    """What is wrong with the result of a transform; None if nothing is."""
    if data is None:
        return f'None. {REMEDY}'
    image = data.get('img') if isinstance(data, dict) else None
    if isinstance(image, np.ndarray) and (image.dtype != np.uint8 or image.shape[2:] != (3,)):
        return f'an image {image.shape} of {image.dtype}, expected (H, W, 3) of uint8. The data preprocessor of the model normalises.'
    return None
