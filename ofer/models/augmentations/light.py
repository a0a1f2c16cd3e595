"""Random brightness, contrast and blur of each image of a batch."""

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.augmentations.affine import uniform
from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


@MODELS.register_module()
class BatchLight(nn.Module):
    """Change brightness and contrast of every image, and blur some.

    Args:
        brightness: largest change in either direction, share of the range of values.
        contrast: range of the factor on the distance from the mean of the image.
        blur: share of the images that are blurred, by the mean over 3 x 3 pixels.
    """

    def __init__(self, brightness: float = 0.1, contrast: tuple[float, float] = (0.8, 1.25), blur: float = 0.0) -> None:
        super().__init__()
        self.brightness, self.contrast, self.blur = brightness, contrast, blur

    def forward(self, batch: FaceBatch) -> FaceBatch:
        images = batch.images
        number, device = len(images), images.device
        factor = uniform(number, *self.contrast, device)[:, None, None, None]
        offset = uniform(number, -self.brightness, self.brightness, device)[:, None, None, None] * 255
        middle = images.mean((1, 2, 3), keepdim=True)
        blurred = (torch.rand(number, device=device) < self.blur)[:, None, None, None] if self.blur else None

        def lit(faces: Tensor) -> Tensor:
            changed = ((faces - middle) * factor + middle + offset).clamp(0, 255)
            if blurred is None:
                return changed
            return torch.where(blurred, F.avg_pool2d(F.pad(changed, (1, 1, 1, 1), mode='replicate'), 3, 1), changed)

        result = lit(images)
        truth = batch.truth
        if truth is not None:
            truth = result if truth is images else lit(truth)
        return replace(batch, images=result, truth=truth)
