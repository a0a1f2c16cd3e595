import torch

from ofer.registry import MODELS
from ofer.structures import FaceSample


def test_it_is_linear_in_evaluation_and_learns():
    head = MODELS.build(dict(type='PublishedLatentHead', num_classes=3, in_channels=8, loss=dict(type='CrossEntropyLoss')))
    x = torch.randn(6, 8)
    loss = head.loss((x,), [FaceSample().set_gt_label(i % 3) for i in range(6)])['loss']
    loss.backward()
    assert all(parameter.grad is not None for parameter in head.parameters())
    head.eval()
    zero = head((torch.zeros(1, 8),))
    torch.testing.assert_close(head((2 * x,)) - zero, 2 * (head((x,)) - zero), atol=1e-5, rtol=1e-4)
    assert head((x,)).shape == (6, 3)
