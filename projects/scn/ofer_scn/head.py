"""Head of the Self-Cure Network (Wang et al., CVPR 2020): a weight for each sample, rank regularisation, and relabelling.

The weight of a sample, a sigmoid of its feature, multiplies its logits. The loss is the cross entropy of the weighted logits plus the rank
regularisation. Later in the training, a sample gets the predicted label for good if its probability exceeds that of the present label by
a margin. Changed labels are kept by image, so they also hold after a resume (:class:`~ofer_scn.RelabellingHook`).
"""

from typing import Any

import torch
from mmengine.dist import all_gather_object
from mmpretrain.models.heads import LinearClsHead
from torch import Tensor, nn

from ofer.registry import MODELS
from ofer.structures import FaceSample

from .rank_regularization import rank_regularization


def changed_labels(logits: Tensor, labels: Tensor, margin: float) -> Tensor:
    """The labels after relabelling.

    Args:
        logits: ``(N, K)``, unnormalised.
        labels: ``(N,)``, class indices.
        margin: by which the highest probability must exceed that of the label.

    Returns:
        ``(N,)``, the predicted class where the margin is exceeded, the label elsewhere.
    """
    probabilities = logits.detach().softmax(1)
    highest, predicted = probabilities.max(1)
    own = probabilities.gather(1, labels[:, None]).squeeze(1)
    return torch.where(highest - own > margin, predicted, labels)


def image_key(sample: FaceSample) -> str:
    """Name of an image over the epochs: its path, and its number in the data set."""
    return f'{sample.get("img_path")}#{sample.get("sample_idx")}'


@MODELS.register_module()
class SCNHead(LinearClsHead):
    """Linear head with a weight for each sample.

    Args:
        num_classes: ``K``.
        in_channels: ``C`` of the feature.
        top_share: share of a batch in the group of high weights.
        rank_margin: least difference between the mean weights of the two groups.
        relabel_epoch: first epoch, counted from 1, in which labels change; None: they never change.
        relabel_margin: by which a probability must exceed that of the label.
        kwargs: arguments of :class:`mmpretrain.models.heads.LinearClsHead`, e.g. ``loss``.

    Raises:
        ValueError: ``top_share`` is not between 0 and 1, or an epoch or margin is out of range.
    """

    def __init__(
        self, num_classes: int, in_channels: int = 512, top_share: float = 0.7, rank_margin: float = 0.15,
        relabel_epoch: int | None = 10, relabel_margin: float = 0.2, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(num_classes, in_channels, **kwargs)
        if not 0 < top_share < 1:
            raise ValueError(f'top_share={top_share}: expected a share between 0 and 1')
        if relabel_epoch is not None and relabel_epoch < 1:
            raise ValueError(f'relabel_epoch={relabel_epoch}: epochs count from 1')
        if not 0 <= relabel_margin <= 1:
            raise ValueError(f'relabel_margin={relabel_margin}: expected a difference of probabilities in [0, 1]')
        self.top_share, self.rank_margin = top_share, rank_margin
        self.relabel_epoch, self.relabel_margin = relabel_epoch, relabel_margin
        self.alpha = nn.Linear(in_channels, 1)
        self.relabelled: dict[str, int] = {}
        """Label of each image whose label has changed, by :func:`image_key`. No buffer: its size depends on the data."""
        self.relabels = False

    def set_epoch(self, epoch: int) -> None:
        """Start relabelling in its epoch; ``SetEpochHook`` calls this with epochs counted from 0."""
        self.relabels = self.relabel_epoch is not None and epoch + 1 >= self.relabel_epoch

    def weights(self, feats: tuple[Tensor, ...]) -> Tensor:
        """Importance of each sample, ``(N, 1)`` in (0, 1), higher = more certain."""
        return self.alpha(feats[-1]).sigmoid()

    def forward(self, feats: tuple[Tensor, ...]) -> Tensor:
        """``(N, K)``, unnormalised: the linear layer times the weight of each sample."""
        return self.weights(feats) * self.fc(feats[-1])

    def loss(self, feats: tuple[Tensor, ...], data_samples: list[FaceSample], **kwargs: Any) -> dict[str, Tensor]:
        """Cross entropy ``loss`` and ``loss_rank``; labels that have changed replace those of the samples.

        Args:
            feats: feature ``(N, C)``, last of a tuple.
            data_samples: with ``gt_label``.
            kwargs: for the loss module.

        Raises:
            ValueError: soft labels, which cannot be changed to another class.
        """
        if 'gt_score' in data_samples[0]:
            raise ValueError('SCNHead changes labels, so it needs class indices: train without soft labels, mixup and cutmix')
        weights = self.weights(feats)
        logits = weights * self.fc(feats[-1])
        keys = [image_key(sample) for sample in data_samples]
        given = torch.cat([sample.gt_label for sample in data_samples])
        labels = given.new_tensor([self.relabelled.get(key, label) for key, label in zip(keys, given.tolist(), strict=True)])
        if self.relabels and self.training:
            self.remember(keys, labels, changed_labels(logits, labels, self.relabel_margin))
        return {
            'loss': self.loss_module(logits, labels, avg_factor=len(labels), **kwargs),
            'loss_rank': rank_regularization(weights, self.top_share, self.rank_margin),
        }

    def remember(self, keys: list[str], before: Tensor, after: Tensor) -> None:
        """Keep the changed labels, in all processes, since another one may see the image in the next epoch.

        Args:
            keys: :func:`image_key` of each image.
            before: ``(N,)``, the labels up to now.
            after: ``(N,)``, the labels from now on.
        """
        rows = zip(keys, before.tolist(), after.tolist(), strict=True)
        for changes in all_gather_object({key: new for key, old, new in rows if new != old}):
            self.relabelled.update(changes)
