import torch

from ofer.models.heads.gated_linear import Gate
from ofer.registry import MODELS
from ofer.structures import FaceSample


def test_gate_by_hand():
    gate = Gate(1)
    with torch.no_grad():
        for layer, weight, bias in ((gate.layers[0], 2.0, 0.0), (gate.layers[2], 1.0, -4.0)):
            layer.weight.fill_(weight)
            layer.bias.fill_(bias)
    # x = 2: relu(2 * 2) = 4, sigmoid(4 - 4) = 0.5, gated 1.  x = -2: relu(-4) = 0, sigmoid(-4) = 0.0180, gated -0.0360
    torch.testing.assert_close(gate(torch.tensor([[2.0], [-2.0]])), torch.tensor([[1.0], [-0.03597]]), atol=1e-4, rtol=0)


def test_head_takes_hard_and_soft_labels_and_predicts():
    head = MODELS.build(dict(type='GatedLinearHead', num_classes=3, in_channels=4, loss=dict(type='CrossEntropyLoss', use_soft=True)))
    feats = (torch.randn(2, 4),)
    soft = [FaceSample().set_gt_score([0.2, 0.3, 0.5]).set_gt_label(2) for _ in range(2)]
    expected = -(torch.tensor([0.2, 0.3, 0.5]) * head(feats).log_softmax(1)).sum(1).mean()
    torch.testing.assert_close(head.loss(feats, soft)['loss'], expected)
    predicted = head.predict(feats, soft)
    assert predicted[0].pred_label.item() == head(feats)[0].argmax().item()


def test_what_is_classified_is_gated():
    head = MODELS.build(dict(type='GatedLinearHead', num_classes=3, in_channels=4))
    x = torch.randn(2, 4)
    torch.testing.assert_close(head.pre_logits((torch.zeros(2, 4), x)), head.gate(x))
    torch.testing.assert_close(head((torch.zeros(2, 4), x)), head.fc(head.gate(x)))
