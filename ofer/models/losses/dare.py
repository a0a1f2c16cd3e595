"""Dynamic adversarial repulsion enhancement (DARE): the target against its strongest rival only (ORSANet Sec. 3.5, Eq. 10-11).

The rival is lifted the more, the less sure the model is of the target. The paper and the published code lift differently; both are here.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.registry import MODELS

FORMS = ('paper', 'published')


def dare_loss(logits: Tensor, target: Tensor, form: str = 'paper', temperature: float = 1.0) -> Tensor:
    """DARE loss of every sample.

    With target logit ``z_x``, strongest other logit ``z_y`` and ``alpha = 1 - softmax(z)_x`` (no gradient flows through alpha)::

        z'_y = z_y + alpha z_y             form 'paper', Eq. 11
        z'_y = z_y + temperature alpha     form 'published'
        L    = -log(exp z_x / (exp z_x + exp z'_y)) = softplus(z'_y - z_x)      Eq. 10

    Args:
        logits: ``(N, K)``, unnormalised, ``K >= 2``.
        target: ``(N,)`` class indices in ``[0, K)``.
        form: ``'paper'`` or ``'published'``.
        temperature: of the published form.

    Returns:
        ``(N,)``, nats. 0 as the target's logit goes to infinity.

    Raises:
        ValueError: unknown form, fewer than two classes.
    """
    if form not in FORMS:
        raise ValueError(f'form {form!r} is unknown: choose one of {FORMS}')
    if logits.shape[1] < 2:
        raise ValueError(f'DARE needs two classes or more, got logits of shape {tuple(logits.shape)}')
    index = target.unsqueeze(1)
    own = logits.gather(1, index).squeeze(1)
    rival = logits.scatter(1, index, -torch.inf).amax(1)
    alpha = 1 - logits.detach().softmax(1).gather(1, index).squeeze(1)
    lifted = rival + alpha * rival if form == 'paper' else rival + temperature * alpha
    return F.softplus(lifted - own)


@MODELS.register_module()
class DARELoss(nn.Module):
    """Mean of :func:`dare_loss` over the batch, weighted (``lambda_2`` of Eq. 12).

    Args:
        form: ``'paper'`` (Eq. 11) or ``'published'``.
        temperature: of the published form.
        loss_weight: factor of the result.
    """

    def __init__(self, form: str = 'paper', temperature: float = 1.0, loss_weight: float = 1.0) -> None:
        super().__init__()
        if form not in FORMS:
            raise ValueError(f'form {form!r} is unknown: choose one of {FORMS}')
        self.form, self.temperature, self.loss_weight = form, temperature, loss_weight

    def forward(self, cls_score: Tensor, label: Tensor, avg_factor: int | None = None) -> Tensor:
        """Loss of a batch.

        Args:
            cls_score: ``(N, K)`` logits.
            label: ``(N,)`` class indices, or ``(N, K)`` soft labels, of which the largest counts.
            avg_factor: divisor of the sum; ``N`` where not given.
        """
        target = label.argmax(1) if label.ndim == 2 else label
        losses = dare_loss(cls_score, target, self.form, self.temperature)
        return self.loss_weight * losses.sum() / (avg_factor or len(losses))
