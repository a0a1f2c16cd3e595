"""Grad-CAM and the importance of patches."""

import pytest
import torch
from torch import Tensor, nn

from ofer.evaluation.grad_cam import grad_cam, image_backbone, patch_importance


class Linear(nn.Module):
    """Logits are linear in the means of two channels of the image, so that everything is known by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Conv2d(2, 2, 1, bias=False)
        self.unused = nn.Conv2d(2, 2, 1)
        nn.init.eye_(self.backbone.weight.flatten(1))
        self.weight = nn.Parameter(torch.tensor([[1.0, 0.0], [0.0, -2.0]]))  # class, channel

    def forward(self, inputs: Tensor, mode: str) -> Tensor:
        assert mode == 'tensor'
        self.unused(inputs)
        return self.backbone(inputs).mean((2, 3)) @ self.weight.T


@pytest.fixture
def image() -> Tensor:
    """(1, 2, 2, 2)"""
    return torch.tensor([[[[4.0, 0.0], [0.0, 8.0]], [[-4.0, 4.0], [0.0, 0.0]]]])


def test_by_hand(image: Tensor) -> None:
    """d logit_k / d a_c = weight[k, c] / 4 at every place, so the map is relu(sum over c of weight[k, c] / 4 * a_c)."""
    model = Linear().eval()
    first = grad_cam(model, image, 'backbone', torch.tensor([0]))
    torch.testing.assert_close(first, torch.tensor([[[1.0, 0.0], [0.0, 2.0]]]))
    second = grad_cam(model, image, 'backbone', torch.tensor([1]))
    torch.testing.assert_close(second, torch.tensor([[[2.0, 0.0], [0.0, 0.0]]]))
    assert torch.equal(grad_cam(model, image, 'backbone'), first)  # logits 3 and 0: class 0 is predicted
    assert not first.requires_grad
    assert all(p.grad is None for p in model.parameters())
    assert not model.backbone._forward_hooks


def test_images_do_not_change_each_other(image: Tensor) -> None:
    model, target = Linear().eval(), torch.tensor([0, 1])
    both = grad_cam(model, torch.cat([image, 3 * image]), 'backbone', target)
    torch.testing.assert_close(both[1:], grad_cam(model, 3 * image, 'backbone', target[1:]))


def test_layers_that_explain_nothing(image: Tensor) -> None:
    model = Linear().eval()
    with pytest.raises(ValueError, match=r"layer 'neck': .* has no such module"):
        grad_cam(model, image, 'neck')
    with pytest.raises(ValueError, match="layer 'unused': the logits do not depend on it"):
        grad_cam(model, image, 'unused')
    model.backbone.requires_grad_(False)
    with pytest.raises(ValueError, match="layer 'backbone': its output is no feature map"):
        grad_cam(model, image, 'backbone')


def test_the_backbone_of_the_classifier_is_looked_through() -> None:
    classifier, painter = nn.ModuleDict({'model': Linear()}), nn.ModuleDict({'model': nn.ModuleDict({'semantic': Linear()})})
    assert image_backbone(nn.ModuleDict({'inpainter': painter, 'classifier': classifier})) == 'classifier.model.backbone'
    assert image_backbone(nn.ModuleDict({'classifier': classifier, 'inpainter': painter})) == 'classifier.model.backbone'
    assert (
        image_backbone(nn.ModuleDict({'first': nn.ModuleDict({'model': Linear()}), 'classifier': classifier}))
        == 'classifier.model.backbone'
    )
    guided = nn.ModuleDict({'backbone': nn.Conv2d(2, 2, 1), 'parsing_prior': nn.ModuleDict({'network': Linear()})})
    assert image_backbone(guided) == 'backbone'
    assert image_backbone(nn.Linear(1, 1)) is None


def test_maps_become_patches() -> None:
    maps = torch.zeros(1, 7, 7)
    maps[0, 2, 5] = 1
    fine = patch_importance(maps, 14)
    assert fine.shape == (1, 14, 14)
    assert divmod(int(fine.argmax()), 14) in {(4, 10), (4, 11), (5, 10), (5, 11)}
    torch.testing.assert_close(patch_importance(torch.ones(1, 7, 7), 3), torch.ones(1, 3, 3))
