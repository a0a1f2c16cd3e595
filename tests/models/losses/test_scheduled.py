import pytest
import torch
from torch.nn import functional as F

from ofer.models.losses.dare import dare_loss
from ofer.registry import MODELS

RECIPE = dict(
    type='ScheduledLoss',
    phases=[
        dict(
            epochs=5,
            terms=[dict(type='CrossEntropyLoss'), dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0)],
        ),
        dict(terms=[dict(type='CrossEntropyLoss'), dict(type='DARELoss', loss_weight=0.1)]),
    ],
)


def test_published_schedule():
    loss = MODELS.build(RECIPE)
    logits, target = torch.randn(6, 7), torch.randint(0, 7, (6,))
    cross_entropy = F.cross_entropy(logits, target)
    warm_up = cross_entropy + 2 * F.cross_entropy(logits, target, label_smoothing=0.2)
    later = cross_entropy + 0.1 * dare_loss(logits, target).mean()
    for epoch, expected in ((0, warm_up), (4, warm_up), (5, later), (300, later), (2, warm_up)):
        loss.set_epoch(epoch)
        torch.testing.assert_close(loss(logits, target, avg_factor=6), expected)


def test_epochs_of_the_phases_add_up():
    terms = [[dict(type='CrossEntropyLoss', loss_weight=float(10**phase))] for phase in range(3)]
    loss = MODELS.build(
        dict(type='ScheduledLoss', phases=[dict(epochs=4, terms=terms[0]), dict(epochs=2, terms=terms[1]), dict(terms=terms[2])])
    )
    logits, target = torch.zeros(1, 2), torch.zeros(1, dtype=torch.long)
    values = []
    for epoch in range(8):
        loss.set_epoch(epoch)
        values.append(round(loss(logits, target).item() / 0.693147, 3))
    assert values == [1, 1, 1, 1, 10, 10, 100, 100]


def test_says_when_nobody_tells_the_epoch():
    logits, target = torch.randn(6, 7), torch.randint(0, 7, (6,))
    loss = MODELS.build(RECIPE)
    with pytest.warns(UserWarning, match='SetEpochHook'):
        loss(logits, target)
    loss = MODELS.build(dict(type='ScheduledLoss', phases=RECIPE['phases'][1:]))  # nothing to be told
    loss(logits, target)


@pytest.mark.parametrize(
    'phases', [[], [dict(terms=[])], [dict(terms=[dict(type='DARELoss')])] * 2, [dict(epochs=1, terms=[dict(type='DARELoss')])]]
)
def test_impossible_phases_are_refused(phases):
    with pytest.raises(ValueError, match='phase'):
        MODELS.build(dict(type='ScheduledLoss', phases=phases))
