import torch

from ofer.registry import MODELS


def test_dropout_acts_in_training_only():
    head = MODELS.build(dict(type='DropoutLinearHead', num_classes=3, in_channels=64, dropout=0.5))
    feature = torch.ones(4, 64)
    assert 0.3 < float((head.pre_logits((feature,)) == 0).float().mean()) < 0.7
    head.eval()
    torch.testing.assert_close(head((feature,)), head.fc(feature))
