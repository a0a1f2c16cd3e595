"""The classifier of DAN: the sum of the heads, a linear layer, and BatchNorm on the logits; and the sum of its three losses."""

from typing import Any

import torch
from mmpretrain.models.heads import ClsHead
from torch import Tensor, nn

from ofer.registry import MODELS
from ofer.structures import FaceSample


@MODELS.register_module()
class DANHead(ClsHead):
    """Classification head on the output of :class:`DANAttention`; prediction and top-k are those of mmpretrain.

    Args:
        num_classes: ``K``.
        in_channels: ``C`` of the heads.
        affinity: config of the loss of the pooled feature; None: without.
        partition: config of the loss of the heads; None: without.
        kwargs: arguments of :class:`mmpretrain.models.heads.ClsHead`, e.g. ``loss``.
    """

    def __init__(
        self, num_classes: int, in_channels: int = 512, affinity: dict | None = None, partition: dict | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.num_classes, self.in_channels = num_classes, in_channels
        self.fc = nn.Linear(in_channels, num_classes)
        self.bn = nn.BatchNorm1d(num_classes)
        self.affinity = MODELS.build(affinity) if affinity else None
        self.partition = MODELS.build(partition) if partition else None

    def pre_logits(self, feats: tuple[Tensor, ...]) -> Tensor:
        """The sum over the heads, ``(N, C)``."""
        return feats[-1].sum(1)

    def forward(self, feats: tuple[Tensor, ...]) -> Tensor:
        """``(N, K)``, unnormalised, in float32 also under autocast, because losses need the precision."""
        return self.bn(self.fc(self.pre_logits(feats))).float()

    def loss(self, feats: tuple[Tensor, ...], data_samples: list[FaceSample], **kwargs: Any) -> dict[str, Tensor]:
        """``loss``, ``loss_affinity`` and ``loss_partition`` of a batch, scalars.

        Args:
            feats: pooled feature ``(N, C)`` and heads ``(N, H, C)``.
            data_samples: with ``gt_label``, and maybe ``gt_score`` for the cross entropy.
            kwargs: arguments of the cross entropy.
        """
        pooled, heads = feats
        losses = super().loss(feats, data_samples, **kwargs)
        if self.affinity is not None:
            target = torch.cat([sample.gt_label for sample in data_samples]).to(pooled.device)
            losses['loss_affinity'] = self.affinity(pooled, target)
        if self.partition is not None:
            losses['loss_partition'] = self.partition(heads)
        return losses
