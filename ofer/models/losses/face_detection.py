"""Loss of an anchor-free face detector: which cells answer for a face, how surely, with which box and points.

Cells near the middle of a face answer for it, at the levels whose stride fits its size. Their score is taught to be the greater the better
their box is (Li et al. 2020, quality focal loss); boxes by generalised intersection over union (Rezatofighi et al. 2019).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.models.layers.face_cells import decode_faces
from ofer.registry import MODELS

SIZES = (1.0, 6.0)
"""Sizes of the faces that a level answers for, in strides; neighbouring levels overlap. The coarsest also takes greater ones."""


@dataclass(frozen=True)
class Assignment:
    """What each cell is for.

    Args:
        face: ``(N, M)`` int64: index of the face that it answers for; 0 where there is none.
        positive: ``(N, M)`` bool, True = answers for a face.
        negative: ``(N, M)`` bool, True = there must be none. What is neither does not count.
    """

    face: Tensor
    positive: Tensor
    negative: Tensor


def assign_faces(cells: Tensor, boxes: Tensor, asked: Tensor, ignored: Tensor) -> Assignment:
    """Decide which cells answer for which face.

    Args:
        cells: ``(M, 3)``: x, y and stride, pixels.
        boxes: ``(N, F, 4)``, pixels; padded to one number of faces.
        asked: ``(N, F)`` bool, True = has to be found.
        ignored: ``(N, F)`` bool, True = may be found or not.
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
    """Binary cross entropy with a soft target, weighted by how far the score is from it.

    Args:
        logits: any shape.
        quality: the same shape, in [0, 1].
        beta: power of the distance.

    Returns:
        The same shape, nats.
    """
    loss = F.binary_cross_entropy_with_logits(logits, quality, reduction='none')
    return loss * (quality - logits.sigmoid()).abs() ** beta


@MODELS.register_module()
class FaceDetectionLoss(nn.Module):
    """The three parts, each summed over its cells and divided by the number of cells that answer for a face.

    Args:
        box_weight: of one minus the generalised intersection over union.
        point_weight: of the points' mean smooth L1 distance, in shares of the face's size.
    """

    def __init__(self, box_weight: float = 2.0, point_weight: float = 4.0) -> None:
        super().__init__()
        self.box_weight, self.point_weight = box_weight, point_weight

    def forward(self, numbers: Tensor, cells: Tensor, boxes: Tensor, points: Tensor, asked: Tensor, ignored: Tensor) -> dict[str, Tensor]:
        """Parts of the loss.

        Args:
            numbers: ``(N, M, 15)``, of the head.
            cells: ``(M, 3)``: x, y and stride, pixels.
            boxes: ``(N, F, 4)``, pixels.
            points: ``(N, F, 5, 2)``, pixels.
            asked: ``(N, F)`` bool, True = has to be found; False also where the list is padded.
            ignored: ``(N, F)`` bool, True = may be found or not.

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
        # From a half on, or nothing would be taught to be a face while boxes are still bad.
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
