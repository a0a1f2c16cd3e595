"""U-Net, discriminator and VGG16 features."""

import pytest
import torch
from torchvision.models import vgg16

from ofer.models.inpainters.unet import shrink_hole
from ofer.registry import MODELS

SMALL = dict(type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=4, max_channels=16, num_levels=4, assembly_level=2)


def test_unet_shapes_and_assembly() -> None:
    torch.manual_seed(0)
    net = MODELS.build(SMALL)
    hole = torch.zeros(2, 32, 32, dtype=torch.bool)
    hole[0, 8:16, 8:20] = True
    out = net(torch.randn(2, 6, 32, 32), hole)
    assert out.image.shape == (2, 3, 32, 32)
    assert out.before.shape == out.after.shape == (2, 16, 8, 8)
    assert out.mask.sum((1, 2)).tolist() == [2 * 3, 0]
    out.image.square().sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())
    with pytest.raises(ValueError, match='multiples of 16 pixels'):
        net(torch.randn(1, 6, 40, 40), hole[:1, :40, :40])
    with pytest.raises(ValueError, match='assembly_level=4'):
        MODELS.build(dict(SMALL, assembly_level=4))


def test_published_size() -> None:
    with torch.device('meta'):
        net = MODELS.build(dict(type='HybridUNet', assembly=dict(type='SelfAssembly')))
    assert net.assembly.channels == 512
    assert [up[1].out_channels for up in net.ups] == [64, 128, 256, 512, 512, 512, 512, 512]
    assert 256 // 2**net.assembly_level == 32
    assert 256 // 2**net.num_levels == 1


def test_hole_on_the_map_of_features() -> None:
    hole = torch.zeros(1, 8, 8, dtype=torch.bool)
    hole[0, :2, :3] = True  # 6 of 16 pixels of the first place
    hole[0, 7, 4:] = True  # 4 of 16
    assert shrink_hole(hole, (2, 2)).tolist() == [[[True, False], [False, False]]]
    assert shrink_hole(hole, (2, 2), share=0).tolist() == [[[True, False], [False, True]]]


def test_discriminator() -> None:
    net = MODELS.build(dict(type='PatchDiscriminator', base_channels=4))
    assert net(torch.randn(2, 3, 256, 256)).shape == (2, 1, 30, 30)  # 70 x 70 pixels each, as published
    features = MODELS.build(dict(type='PatchDiscriminator', in_channels=8, base_channels=8, num_layers=2))
    assert features(torch.randn(2, 8, 16, 16)).shape == (2, 1, 2, 2)


def test_vgg_is_torchvisions(tmp_path) -> None:
    theirs = vgg16(weights=None).eval()
    torch.save(theirs.state_dict(), tmp_path / 'vgg16.pth')
    ours = MODELS.build(dict(type='VGG16Features', checkpoint=str(tmp_path / 'vgg16.pth')))
    ours.init_weights()
    pixels = torch.rand(1, 3, 32, 32, requires_grad=True)
    out = ours(pixels)
    mean, std = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    torch.testing.assert_close(out['relu4_3'], theirs.features[:23]((pixels - mean) / std))
    torch.testing.assert_close(out['relu3_3'], theirs.features[:16]((pixels - mean) / std))
    assert out['relu3_3'].shape == (1, 256, 8, 8)
    out['relu4_3'].sum().backward()
    assert pixels.grad.abs().max() > 0
    small = MODELS.build(dict(type='VGG16Features', checkpoint=str(tmp_path / 'vgg16.pth'), base_channels=4))
    with pytest.raises(ValueError, match='no VGG16 of this size'):
        small.init_weights()
