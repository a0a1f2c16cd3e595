"""RAN (Wang et al. 2020): one network on several regions of a face, which attention weighs, so that occluded ones count little."""

from collections.abc import Sequence
from typing import Any

from mmpretrain.models.classifiers import ImageClassifier
from torch import Tensor

from ofer.registry import MODELS
from ofer_ran.regions import REGIONS, Box, crop_regions


@MODELS.register_module()
class RAN(ImageClassifier):
    """Classifier of the regions of a face.

    Args:
        regions: ``'six'``, ``'eight'``, or boxes (x0, y0, x1, y1) as shares of width and height, of which the last is the whole face.
        region_size: side in pixels to which each region is resized.
        kwargs: arguments of :class:`mmpretrain.models.ImageClassifier`: the last map of the backbone is averaged over the places, the neck
            is a :class:`RegionAttention`, and the head a :class:`RegionHead`.

    Raises:
        ValueError: unknown ``regions``, or a box outside the image.
    """

    def __init__(self, *, regions: str | Sequence[Box] = 'six', region_size: int = 224, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(regions, str) and regions not in REGIONS:
            raise ValueError(f'regions={regions!r}: choose one of {", ".join(REGIONS)}, or give boxes')
        self.regions: list[Any] = [tuple(box) for box in (REGIONS[regions] if isinstance(regions, str) else regions)]
        if len(self.regions) < 2 or not all(
            len(box) == 4 and 0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1 for box in self.regions
        ):
            raise ValueError(f'regions={regions}: expected two or more boxes x0, y0, x1, y1 inside of [0, 1]')
        self.region_size = region_size

    def extract_feat(self, inputs: Tensor, stage: str = 'neck') -> Any:
        """Features of faces.

        Args:
            inputs: ``(N, 3, H, W)`` faces, or ``(N, R, 3, h, w)`` regions that have been cut out before, in [0, 1].
            stage: ``'backbone'``: feature of each region, ``(N, R, C)``; ``'neck'``: weights ``(N, R)`` and features ``(N, 2 C)``;
                ``'pre_logits'``: features alone.
        """
        regions = inputs if inputs.ndim == 5 else crop_regions(inputs, self.regions, self.region_size)
        vectors = self.backbone(regions.flatten(0, 1))[-1].mean((2, 3)).unflatten(0, regions.shape[:2])
        if stage == 'backbone':
            return vectors
        feats = self.neck(vectors)
        return self.head.pre_logits(feats) if stage == 'pre_logits' else feats
