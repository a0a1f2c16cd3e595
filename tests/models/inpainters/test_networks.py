"""U-Net, discriminator and VGG16 features."""

import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision.models import vgg16

from ofer.engine.checkpoints.weights import load_weights
from ofer.models.inpainters.unet import shrink_hole
from ofer.models.layers.weights import load_pretrained
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


def test_layers_of_a_level_are_the_published_ones() -> None:
    net = MODELS.build(SMALL)
    halve, widen = net.downs[0][1], net.downs[0][4]
    assert [halve.kernel_size[0], halve.stride[0], halve.padding[0], halve.dilation[0]] == [4, 2, 3, 2]
    assert [widen.kernel_size[0], widen.stride[0], widen.padding[0], widen.dilation[0]] == [3, 1, 1, 1]
    assert [net.downs[-1][1].dilation[0], net.downs[-1][1].padding[0]] == [2, 3]
    assert [layer.negative_slope for part in net.downs for layer in part if isinstance(layer, nn.LeakyReLU)] == [0.2] * 7
    assert [type(layer) for layer in net.ups[0]] == [nn.ReLU, nn.ConvTranspose2d, nn.InstanceNorm2d] * 2
    assert [type(layer) for layer in net.ups[-1]] == [nn.ReLU, nn.ConvTranspose2d, nn.InstanceNorm2d]
    assert [type(layer) for layer in net.last] == [nn.ReLU, nn.ConvTranspose2d]
    assert all(layer.affine for layer in net.modules() if isinstance(layer, nn.InstanceNorm2d))


class Five(nn.Module):
    """Writes 5 to masked places."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, features: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return features.masked_fill(mask.unsqueeze(1), 5.0)


def test_what_is_assembled_is_compared_as_it_is_then_normalised_and_painted_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS.module_dict, 'Five', Five)
    torch.manual_seed(0)
    net = MODELS.build(dict(SMALL, assembly=dict(type='Five')))
    images, hole = torch.randn(1, 6, 32, 32), torch.zeros(1, 32, 32, dtype=torch.bool)
    hole[0, 8:16, 8:20] = True
    given, level, mask = {}, net.downs[1], torch.zeros(1, 8, 8, dtype=torch.bool)
    mask[0, 2:4, 2:5] = True
    level[-2].register_forward_hook(lambda module, inputs, output: given.update(convolved=output))
    net.downs[2][0].register_forward_pre_hook(lambda module, inputs: given.update(below=inputs[0]))
    net.ups[1][0].register_forward_pre_hook(lambda module, inputs: given.update(up=inputs[0]))
    out = net(images, hole)
    assert torch.equal(out.mask, mask)
    assert torch.equal(out.before, given['convolved'].masked_fill(mask, 5.0))
    normed = torch.nn.functional.instance_norm(out.before)
    torch.testing.assert_close(given['below'], normed)
    torch.testing.assert_close(given['up'], torch.cat([out.after, normed], 1))
    net.assembly.forward = lambda features, mask: features
    assert not torch.allclose(net(images, hole).image, out.image)


def published_shapes() -> list[tuple[int, ...]]:
    """Weights of the convolutions of the published network, outermost first: down with the mirrored copy beside, then up.

    It doubles the encoder's channels down to the assembly (level 3 of 8), where the mirrored half ends.
    """
    down = [(128, 12, 3, 3)]
    for channels, out in ((128, 256), (256, 512), (512, 1024), *[(512, 512)] * 4):
        down += [(channels, channels, 4, 4), (out, channels, 3, 3)]
    down += [(512, 512, 4, 4)]
    up = [(512, 512, 4, 4)]
    for channels, out in (*[(1024, 512)] * 4, (1024, 256), (512, 128), (256, 64)):
        up += [(channels, out, 3, 3), (out, out, 4, 4)]
    return [*down, *up, (128, 3, 3, 3)]


def test_published_size() -> None:
    with torch.device('meta'):
        net = MODELS.build(dict(type='HybridUNet', assembly=dict(type='SelfAssembly')))
    kinds = (nn.Conv2d, nn.ConvTranspose2d)
    order = [net.stem, *net.downs, *reversed(net.ups), net.last]
    ours = [tuple(layer.weight.shape) for part in order for layer in part.modules() if isinstance(layer, kinds)]
    published = published_shapes()
    mirrored = 7  # the first one and two on each of three levels
    assert ours[mirrored:] == published[mirrored:]
    assert [(2 * out, 2 * channels, *size) for out, channels, *size in ours[:mirrored]] == published[:mirrored]
    sizes = [sum(math.prod(shape) for shape in shapes) for shapes in (ours, ours[mirrored:], published)]
    assert [round(size / 1e6, 1) for size in sizes] == [77.7, 74.7, 86.4]
    norms = [layer.num_features for part in order for layer in part.modules() if isinstance(layer, nn.InstanceNorm2d)]
    assert norms == [64, 128, 128, 256, 256, *[512] * 9, *[512] * 9, *[256] * 2, *[128] * 2, *[64] * 2]
    assert net.assembly.channels == 512
    assert 256 // 2**net.assembly_level == 32
    assert 256 // 2**net.num_levels == 1


def test_weights_of_another_structure_are_refused_with_the_remedy(tmp_path: Path) -> None:
    """Up to version 0.1 the norm stood before the assembly, which no name tells, and the innermost level had two convolutions more."""
    net = MODELS.build(SMALL)
    state = {name.replace('ups.3.1', 'ups.3.3'): value for name, value in net.state_dict().items()}
    state |= {'downs.3.3.weight': torch.zeros(16, 16, 3, 3), 'ups.3.1.weight': torch.zeros(16, 16, 3, 3)}
    torch.save(dict(state_dict=state), tmp_path / 'old.pth')
    message = r'weights are of the HybridUNet of ofer 0\.1.*Train the inpainter again'
    with pytest.raises(ValueError, match=rf'old\.pth: these {message}'):
        load_weights(net, tmp_path / 'old.pth')
    with pytest.raises(ValueError, match=rf'old\.pth: these {message}'):
        load_pretrained(net, str(tmp_path / 'old.pth'), 'Train it.')
    with pytest.raises(ValueError, match=message):
        net.load_state_dict(state, strict=False)
    whole = nn.ModuleDict(dict(inpainter=nn.ModuleDict(dict(generator=net))))
    torch.save(dict(state_dict={f'inpainter.generator.{name}': value for name, value in state.items()}), tmp_path / 'whole.pth')
    with pytest.raises(ValueError, match=message):
        load_weights(whole, tmp_path / 'whole.pth')


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
    with pytest.raises(ValueError, match='does not fit VGG16Features'):
        small.init_weights()
