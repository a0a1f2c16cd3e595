"""Dynamic adversarial repulsion enhancement (DARE): the target against its strongest rival only (ORSANet Sec. 3.5, Eq. 10-11).

The shift of the rival's logit grows as the probability of the target falls. Eq. 11 of the paper shifts it by a share of itself. This raises
a positive logit and *lowers* a negative one: for logits -1, -3, -6, -6 with the second as target, plain cross entropy is 2.14 and Eq. 11
gives 1.40, a weaker repulsion although the paper intends a stronger one. Adding a constant to all logits changes no probability, but
changes the loss. The published code raises the rival by ``alpha`` itself (2.94), and the form ``'magnitude'`` of this library by a share of
its distance from the mean logit (4.66): these two always raise it, and depend only on differences of logits.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.registry import MODELS

FORMS = ('paper', 'published', 'magnitude')


def dare_loss(logits: Tensor, target: Tensor, form: str = 'paper', temperature: float = 1.0) -> Tensor:
    """DARE loss of every sample.

    With target logit ``z_x``, strongest other logit ``z_y`` and ``alpha = 1 - softmax(z)_x`` (no gradient flows through alpha)::

        z'_y = z_y + alpha z_y                form 'paper', Eq. 11
        z'_y = z_y + temperature alpha        form 'published'
        z'_y = z_y + alpha |z_y - mean(z)|    form 'magnitude'; no gradient flows through the mean
        L    = -log(exp z_x / (exp z_x + exp z'_y)) = softplus(z'_y - z_x)      Eq. 10

    Args:
        logits: ``(N, K)``, unnormalised, ``K >= 2``.
        target: ``(N,)`` class indices in ``[0, K)``.
        form: ``'paper'``, ``'published'`` or ``'magnitude'``.
        temperature: factor of ``alpha`` in the published form.

    Returns:
        ``(N,)``, nats. 0 as the target's logit goes to infinity.

    >>> logits, target = torch.tensor([[-1.0, -3.0, -6.0, -6.0]]), torch.tensor([1])
    >>> [round(dare_loss(logits, target, form).item(), 2) for form in FORMS]
    [1.4, 2.94, 4.66]

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
    if form == 'paper':
        moved = rival + alpha * rival
    elif form == 'published':
        moved = rival + temperature * alpha
    else:
        moved = rival + alpha * (rival - logits.detach().mean(1)).abs()
    return F.softplus(moved - own)


@MODELS.register_module()
class DARELoss(nn.Module):
    """Mean of :func:`dare_loss` over the batch, weighted (``lambda_2`` of Eq. 12).

    Args:
        form: ``'paper'`` (Eq. 11), ``'published'`` or ``'magnitude'``, see :func:`dare_loss`.
        temperature: factor of ``alpha`` in the published form.
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
            label: ``(N,)`` class indices, or ``(N, K)`` soft labels, whose largest entry is the target.
            avg_factor: divisor of the sum; default ``N``.
        """
        target = label.argmax(1) if label.ndim == 2 else label
        losses = dare_loss(cls_score, target, self.form, self.temperature)
        return self.loss_weight * losses.sum() / (avg_factor or len(losses))
