"""Training and testing of a face detector: boxes and five points of all faces of a grey image."""

from collections.abc import Sequence

import torch
from mmengine.model import BaseModel
from torch import Tensor
from torchvision.ops import nms

from ofer.models.layers.face_cells import decode_faces, face_cells
from ofer.registry import MODELS
from ofer.structures import FaceSample


@MODELS.register_module()
class FaceDetector(BaseModel):
    """Backbone, head, loss, and non-maximum suppression.

    Args:
        backbone: e.g. :class:`~ofer.models.FacePyramid`: ``(N, 1, H, W)`` to feature maps.
        head: e.g. :class:`~ofer.models.FaceHead`.
        data_preprocessor: normalises grey images.
        loss: e.g. :class:`~ofer.models.FaceDetectionLoss`; None: for inference only.
        strides: strides of the feature maps, pixels.
        threshold: detections with a lower score are removed.
        overlap: of two boxes with a greater intersection over union, the one with the lower score is removed.
        init_cfg: mmengine's initialisation.
    """

    def __init__(
        self,
        backbone: dict,
        head: dict,
        data_preprocessor: dict,
        loss: dict | None = None,
        strides: Sequence[int] = (8, 16, 32),
        threshold: float = 0.5,
        overlap: float = 0.4,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(data_preprocessor=MODELS.build(data_preprocessor), init_cfg=init_cfg)
        self.backbone = MODELS.build(backbone)
        self.head = MODELS.build(head)
        self.loss = None if loss is None else MODELS.build(loss)
        self.strides = tuple(strides)
        self.threshold, self.overlap = threshold, overlap

    def forward(
        self, inputs: Tensor, data_samples: list[FaceSample] | None = None, mode: str = 'tensor'
    ) -> Tensor | dict[str, Tensor] | list[FaceSample]:
        """Run the network.

        Args:
            inputs: ``(N, 1, H, W)``, normalised.
            data_samples: with ``gt_boxes`` ``(F, 4)``, ``gt_points`` ``(F, 5, 2)`` and ``gt_ignored`` ``(F,)`` for ``'loss'``.
            mode: ``'tensor'``: scores, boxes and points of all cells, ``(N, M, 15)``: score in [0, 1], box and points in pixels;
                ``'loss'``: dict of losses; ``'predict'``: samples with ``pred_boxes``, ``pred_scores`` and ``pred_points``, best first.

        Raises:
            ValueError: unknown mode, or no samples for ``'loss'``.
        """
        if mode not in ('tensor', 'loss', 'predict'):
            raise ValueError(f'mode {mode!r} is unknown: choose tensor, loss or predict')
        maps = self.backbone(inputs)
        cells = face_cells([x.shape[-2:] for x in maps], self.strides, inputs.device)
        numbers = self.head(maps)
        if mode == 'loss':
            if data_samples is None or self.loss is None:
                raise ValueError('mode loss needs data_samples with gt_boxes, and a model with a loss')
            return self.loss(numbers, cells, *_padded(data_samples, inputs.device))
        logits, boxes, points = decode_faces(numbers.float(), cells)
        scores = logits.sigmoid()
        if mode == 'tensor':
            return torch.cat([scores[..., None], boxes, points.flatten(2)], -1)
        samples = [FaceSample() for _ in inputs] if data_samples is None else data_samples
        for i, sample in enumerate(samples):
            chosen = choose_faces(scores[i], boxes[i], points[i], self.threshold, self.overlap)
            sample.pred_scores, sample.pred_boxes, sample.pred_points = chosen
        return samples


def choose_faces(scores: Tensor, boxes: Tensor, points: Tensor, threshold: float, overlap: float) -> tuple[Tensor, Tensor, Tensor]:
    """The detected faces, best first.

    Args:
        scores: ``(M,)`` in [0, 1].
        boxes: ``(M, 4)`` pixels.
        points: ``(M, 5, 2)`` pixels.
        threshold: smallest score of a face.
        overlap: greatest intersection over union of two faces.

    Returns:
        Scores, boxes and points of ``F`` faces.
    """
    sure = (scores >= threshold).nonzero()[:, 0]
    kept = sure[nms(boxes[sure], scores[sure], overlap)]
    return scores[kept], boxes[kept], points[kept]


def _padded(samples: Sequence[FaceSample], device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Boxes, points, and masks of required and of ignored faces, padded to the same number of faces per image."""
    most = max(len(sample.gt_boxes) for sample in samples)
    boxes, points = torch.zeros(len(samples), most, 4), torch.zeros(len(samples), most, 5, 2)
    asked, ignored = (torch.zeros(len(samples), most, dtype=torch.bool) for _ in range(2))
    for i, sample in enumerate(samples):
        count = len(sample.gt_boxes)
        boxes[i, :count], points[i, :count] = sample.gt_boxes, sample.gt_points
        ignored[i, :count], asked[i, :count] = sample.gt_ignored, ~sample.gt_ignored
    return boxes.to(device), points.to(device), asked.to(device), ignored.to(device)
