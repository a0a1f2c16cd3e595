"""Loss of an anchor-free face detector: assignment of faces to cells, and the loss of score, box and points.

A face is assigned to the cells near its centre, at the levels whose stride fits its size. The target of their score is the quality of their
box (Li et al. 2020, quality focal loss); the loss of boxes is generalised intersection over union (Rezatofighi et al. 2019).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.layers.face_cells import decode_faces
from ofer.registry import MODELS

SIZES = (1.0, 6.0)
"""Range of face sizes of a level, in strides; neighbouring levels overlap. The coarsest level also takes larger faces."""


@dataclass(frozen=True)
class Assignment:
    """Target of each cell.

    Args:
        face: ``(N, M)`` int64: index of the assigned face; 0 if there is none.
        positive: ``(N, M)`` bool, True = a face is assigned.
        negative: ``(N, M)`` bool, True = no face. Cells that are neither do not count.
    """

    face: Tensor
    positive: Tensor
    negative: Tensor


def assign_faces(cells: Tensor, boxes: Tensor, asked: Tensor, ignored: Tensor) -> Assignment:
    """Assign faces to cells.

    Args:
        cells: ``(M, 3)``: x, y and stride, pixels.
        boxes: ``(N, F, 4)``, pixels; padded to the same number of faces.
        asked: ``(N, F)`` bool, True = must be detected.
        ignored: ``(N, F)`` bool, True = may be detected or not.
    """
    if boxes.shape[1] == 0:
        none = torch.zeros(len(boxes), len(cells), dtype=torch.bool, device=cells.device)
        return Assignment(none.long(), none, ~none)
    stride = cells[:, 2]
    centre, side = (boxes[..., :2] + boxes[..., 2:]) / 2, (boxes[..., 2:] - boxes[..., :2]).clamp(min=1e-3)
    away = (cells[None, None, :, :2] - centre[:, :, None]).abs()  # (N, F, M, 2)
    size = side.prod(-1).sqrt()[..., None] / stride  # (N, F, M), in strides
    coarsest = stride == stride.max()
    fits = (size >= SIZES[0]) & ((size < SIZES[1]) | coarsest)
    near = (size >= SIZES[0] / 2) & ((size < SIZES[1] * 2) | coarsest)

    def within(share: float, least: float) -> Tensor:
        return (away <= torch.maximum(side[:, :, None] * share, stride[:, None] * least)).all(-1)

    answers = within(0.17, 0.55) & fits & asked[..., None]
    spared = (within(0.35, 1.1) & near & asked[..., None]) | (within(0.5, 0.5) & ignored[..., None])
    distance = (away / side[:, :, None]).sum(-1).masked_fill(~answers, torch.inf)
    nearest, face = distance.min(1)
    positive = nearest < torch.inf
    return Assignment(face.masked_fill(~positive, 0), positive, ~positive & ~spared.any(1))


def box_overlap(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Intersection over union, and its generalisation, of boxes pair by pair: ``(..., 4)`` to ``(...)`` each."""
    side_a, side_b = (x[..., 2:] - x[..., :2] for x in (a, b))
    common = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    union = side_a.prod(-1) + side_b.prod(-1) - common
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).prod(-1)
    overlap = common / union.clamp(min=1e-6)
    return overlap, overlap - (hull - union) / hull.clamp(min=1e-6)


def quality_focal_loss(logits: Tensor, quality: Tensor, beta: float = 2.0) -> Tensor:
    """Binary cross entropy with a soft target, weighted by the distance of the score from the target.

    Args:
        logits: any shape.
        quality: the same shape, in [0, 1].
        beta: exponent of the distance.

    Returns:
        The same shape, nats.
    """
    loss = F.binary_cross_entropy_with_logits(logits, quality, reduction='none')
    return loss * (quality - logits.sigmoid()).abs() ** beta


@MODELS.register_module()
class FaceDetectionLoss(nn.Module):
    """Losses of score, box and points, each summed over its cells and divided by the number of cells with a face.

    Args:
        box_weight: weight of one minus the generalised intersection over union.
        point_weight: weight of the mean smooth L1 distance of the points, in shares of the face size.
    """

    def __init__(self, box_weight: float = 2.0, point_weight: float = 4.0) -> None:
        super().__init__()
        self.box_weight, self.point_weight = box_weight, point_weight

    def forward(self, numbers: Tensor, cells: Tensor, boxes: Tensor, points: Tensor, asked: Tensor, ignored: Tensor) -> dict[str, Tensor]:
        """Parts of the loss.

        Args:
            numbers: ``(N, M, 15)``, output of the head.
            cells: ``(M, 3)``: x, y and stride, pixels.
            boxes: ``(N, F, 4)``, pixels.
            points: ``(N, F, 5, 2)``, pixels.
            asked: ``(N, F)`` bool, True = must be detected; False also for padding.
            ignored: ``(N, F)`` bool, True = may be detected or not.

        Returns:
            ``loss_score``, ``loss_box`` and ``loss_points``, scalars.
        """
        logits, found, marks = decode_faces(numbers.float(), cells)
        given = assign_faces(cells, boxes, asked, ignored)
        count = given.positive.sum().clamp(min=1)
        image, cell = given.positive.nonzero(as_tuple=True)
        face = given.face[image, cell]
        overlap, general = box_overlap(found[image, cell], boxes[image, face])
        quality = torch.zeros_like(logits)
        # At least a half: otherwise no cell would be trained to be a face while boxes are still inaccurate.
        quality[image, cell] = 0.5 + 0.5 * overlap.detach()
        counts = given.positive | given.negative
        size = (boxes[..., 2:] - boxes[..., :2]).prod(-1).clamp(min=1.0).sqrt()[image, face]
        error = (marks[image, cell] - points[image, face]) / size[:, None, None]
        distance = F.smooth_l1_loss(error, torch.zeros_like(error), beta=0.05, reduction='none').mean((1, 2))
        return dict(
            loss_score=(quality_focal_loss(logits, quality) * counts).sum() / count,
            loss_box=self.box_weight * (1 - general).sum() / count,
            loss_points=self.point_weight * distance.sum() / count,
        )
