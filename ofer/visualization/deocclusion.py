"""De-occlusion of a face step by step: a row of pictures, and a sheet of such rows."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.utils import draw_segmentation_masks

from ofer.structures import FaceSample
from ofer.visualization.panel import Image, draw_attention, panel

FLAGGED = (255, 40, 40)
CHOSEN = (40, 255, 40)


def to_picture(image: Tensor) -> Image:
    """``(3, H, W)``, uint8 or float in [0, 1], as ``(H, W, 3)`` uint8."""
    array = image.detach().cpu().permute(1, 2, 0).numpy()
    return np.ascontiguousarray(array if array.dtype == np.uint8 else (array.clip(0, 1) * 255).round().astype(np.uint8))


def draw_patches(image: Image, patches: Tensor, opacity: float = 0.6, colour: tuple[int, int, int] = FLAGGED) -> Image:
    """Draw patches in one colour over the image.

    Args:
        image: ``(H, W, 3)``.
        patches: ``(grid, grid)`` bool, True = drawn.
        opacity: 0: the image alone; 1: the colour alone.
        colour: RGB.
    """
    pixels = F.interpolate(patches[None, None].float().cpu(), image.shape[:2])[0, 0] > 0
    return to_picture(draw_segmentation_masks(torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1), pixels, opacity, colour))


def draw_deocclusion(image: Image, sample: FaceSample, scores: tuple[float, float] | None = None) -> dict[str, Image]:
    """Pictures of a face after each stage, by column title.

    Args:
        image: ``(H, W, 3)``, the input.
        sample: outputs of the stages; columns without their field are left out.
        scores: occlusion scores at the ends of the heat map's colours; None: the least and greatest of this face.
    """
    seen = to_picture(sample.pred_image) if 'pred_image' in sample else image  # by the classifier
    steps: dict[str, tuple[str, Callable[[Tensor], Image]]] = {
        'heat map': ('occlusion_score', lambda score: draw_attention(image, score.cpu().numpy(), limits=scores)),
        'mask': ('pred_occlusion', lambda patches: draw_patches(image, patches)),
        'MAE': ('coarse_image', to_picture),
        'hybrid': ('pred_image', to_picture),
        'truth': ('gt_image', to_picture),
        'CAM': ('activation_map', lambda weights: draw_attention(seen, weights.cpu().numpy())),
        'chosen': ('chosen', lambda patches: draw_patches(seen, patches, 0.4, CHOSEN)),
    }
    return {'input': image} | {title: draw(sample.get(field)) for title, (field, draw) in steps.items() if field in sample}


def deocclusion_sheet(
    images: Sequence[Image], samples: Sequence[FaceSample], before: Sequence[FaceSample], classes: Sequence[str], size: int = 128
) -> Image:
    """A row a face: the stages' pictures, and below them what the face shows, where that is known, and what was predicted before and after.

    Args:
        images: ``(H, W, 3)``, the inputs.
        samples: of the same faces after all stages, with the same fields; with ``pred_score``, and maybe ``gt_label``.
        before: predictions on the input faces, with ``pred_score``.
        classes: names of the expressions.
        size: side of a picture in the sheet, pixels.

    Raises:
        ValueError: not as many samples as images, or samples with different fields.
    """
    found = [sample.occlusion_score for sample in samples if 'occlusion_score' in sample]
    limits = (min(float(score.min()) for score in found), max(float(score.max()) for score in found)) if found else None
    drawn = [draw_deocclusion(image, sample, limits) for image, sample in zip(images, samples, strict=True)]
    captions = [
        f'{_truth(after, classes)}Before: {_says(first, classes)}. After: {_says(after, classes)}'
        for first, after in zip(before, samples, strict=True)
    ]
    return panel([list(row.values()) for row in drawn], list(drawn[0]), captions, size)


def _truth(sample: FaceSample, classes: Sequence[str]) -> str:
    return f'Truth: {classes[int(sample.gt_label)]}. ' if 'gt_label' in sample else ''


def _says(sample: FaceSample, classes: Sequence[str]) -> str:
    share = sample.pred_score
    return f'{classes[int(share.argmax())]} {100 * float(share.max()):.0f} %'
