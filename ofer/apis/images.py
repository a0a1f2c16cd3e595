"""Image files as inputs of the model of a config."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import Tensor

from ofer.engine.config import image_size
from ofer.registry import SCOPE, TRANSFORMS


def read_images(config: Config, paths: Sequence[str | Path], size: int | None = None) -> list[Tensor]:
    """Read images with the test pipeline of a config.

    Args:
        config: of the experiment.
        paths: image files, cropped faces as in the data set that the model was trained on.
        size: height and width, pixels; None: the size of the pipeline, or else the image size of the config.

    Returns:
        Each ``(3, H, W)`` uint8, RGB.

    Raises:
        FileNotFoundError: files are missing; the message lists them.
        ValueError: an image cannot be decoded, or the config does not define the image size.

    Examples:
        >>> import numpy as np
        >>> from PIL import Image
        >>> from ofer.shipped import find_config
        >>> from ofer.engine.config import read_config
        >>> Image.fromarray(np.zeros((90, 80, 3), np.uint8)).save('face.png')
        >>> read_images(read_config(find_config('orsanet_rafdb')), ['face.png'])[0].shape
        torch.Size([3, 224, 224])
    """
    missing = [str(path) for path in paths if not Path(path).is_file()]
    if missing:
        raise FileNotFoundError(f'no such image: {", ".join(missing)}')
    *steps, last = config.test_dataloader.dataset.pipeline
    if size is not None or not any(step['type'] == 'Resize' for step in steps):
        size = size or image_size(config)
        steps.append({'type': 'Resize', 'scale': (size, size), 'backend': 'pillow'})
    with DefaultScope.overwrite_default_scope(SCOPE):
        transforms = [TRANSFORMS.build(step) for step in (*steps, last)]
    images = []
    for path in paths:
        results: dict[str, Any] = {'img_path': str(path)}
        for transform in transforms:
            results = transform(results)
        images.append(results['inputs'])
    return images
