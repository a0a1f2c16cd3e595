"""Semantic consistency loss (Latent-OFER Eq. 4): an expression classifier gives equal predictions for the reconstruction and the true face.

Eq. 4 lacks the minus sign. In the published code no gradient reaches the generator, and the target is the label; here gradients reach the
generator, and the target is the distribution that the classifier predicts for the true face, as in the paper.
"""

import torch
from mmengine.logging import MMLogger
from mmengine.model import BaseModule
from torch import Tensor
from torch.nn import functional as F

from ofer.models.layers.input_format import InputFormat
from ofer.models.layers.weights import load_pretrained
from ofer.registry import MODELS


def semantic_consistency(logits: Tensor, true_logits: Tensor) -> Tensor:
    """Cross entropy between two predicted distributions.

    Args:
        logits: ``(N, K)``, predicted for the reconstructions.
        true_logits: ``(N, K)``, predicted for the true faces; no gradient flows to them.

    Returns:
        Scalar, nats, mean over the batch. At least the entropy of the predictions for the true faces.
    """
    return F.cross_entropy(logits, true_logits.detach().softmax(1))


@MODELS.register_module()
class SemanticConsistencyLoss(BaseModule):
    """:func:`semantic_consistency` with a frozen classifier.

    Frozen: always in evaluation mode, and no parameter has a gradient; the reconstruction has one.

    Args:
        classifier: config of any classifier whose ``forward(images, mode='tensor')`` returns logits ``(N, K)``.
        checkpoint: file of its weights, written by training; read by ``init_weights()``.
        input_size: height and width of its input, pixels; None: images are not resized.
        loss_weight: factor of the result (lambda_sc of Eq. 5).

    Raises:
        ValueError: the classifier does not state its normalisation.
    """

    def __init__(self, classifier: dict, checkpoint: str | None = None, input_size: int | None = None, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.classifier = MODELS.build(classifier)
        self.input_format = InputFormat.of(self.classifier.data_preprocessor, 'the classifier', input_size)
        self.checkpoint, self.loss_weight = checkpoint, loss_weight
        self.requires_grad_(False)
        self.eval()

    def train(self, mode: bool = True) -> 'SemanticConsistencyLoss':
        """Keep evaluation mode for any ``mode``."""
        del mode
        return super().train(False)

    def init_weights(self) -> None:
        """Read ``checkpoint``.

        Raises:
            FileNotFoundError: it is missing.
            ValueError: its parameters do not fit this classifier.
        """
        if self.checkpoint is None:
            self.classifier.init_weights()
            MMLogger.get_current_instance().warning(
                'SemanticConsistencyLoss has no checkpoint: its classifier is random, and its loss is meaningless.'
            )
            return
        remedy = 'Train the classifier first, with a config that has the same model.'
        load_pretrained(self.classifier, self.checkpoint, remedy)

    def logits(self, pixels: Tensor) -> Tensor:
        """Logits ``(N, K)`` of images ``(N, 3, H, W)``, RGB in [0, 1]."""
        return self.classifier(self.input_format.convert(pixels), mode='tensor')

    def forward(self, pixels: Tensor, true_pixels: Tensor) -> Tensor:
        """Scalar loss.

        Args:
            pixels: reconstructions, ``(N, 3, H, W)``, RGB in [0, 1]; values outside are kept.
            true_pixels: true faces, in the same format.
        """
        with torch.no_grad():
            true_logits = self.logits(true_pixels)
        return self.loss_weight * semantic_consistency(self.logits(pixels), true_logits)
