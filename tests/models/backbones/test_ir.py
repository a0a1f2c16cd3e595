import pytest
import torch
from torch import nn

from ofer.models.backbones.ir import IRNet, IRUnit
from ofer.registry import MODELS


def test_ir50_has_the_published_shape_and_size():
    net = MODELS.build(dict(type='IRNet', arch='ir50')).eval()
    with torch.no_grad():
        (features,) = net(torch.randn(1, 3, 224, 224))
    assert features.shape == (1, 256, 14, 14)
    assert len(net.body) == 21
    assert all(p.requires_grad for p in net.parameters())


def test_arch_can_be_given_as_numbers_and_input_size_left_alone():
    net = IRNet(arch=dict(stem=8, units=(1, 2), channels=(8, 16)), input_size=None).eval()
    (features,) = net(torch.randn(2, 3, 40, 40))
    assert features.shape == (2, 16, 10, 10)
    assert net.out_channels == 16


def test_shortcut_subsamples_where_channels_stay():
    unit = IRUnit(4, 4, stride=2).eval()
    for conv in (unit.res_layer[1], unit.res_layer[3]):
        torch.nn.init.zeros_(conv.weight)
    x = torch.randn(1, 4, 6, 6)
    torch.testing.assert_close(unit(x), x[:, :, ::2, ::2])


@pytest.mark.parametrize('bad', [dict(arch='ir51'), dict(interpolation='cubic')])
def test_bad_argument_is_named(bad):
    with pytest.raises(ValueError, match=next(iter(bad.values()))):
        IRNet(**bad)


def test_weights_are_read_when_asked_and_missed_with_a_remedy(tmp_path):
    small = dict(stem=4, units=(1,), channels=(4,))
    source = IRNet(small)
    torch.save({'state_dict': source.state_dict()}, tmp_path / 'ir.pth')
    net = IRNet(small, checkpoint=str(tmp_path / 'ir.pth'))
    net.init_weights()
    torch.testing.assert_close(net.state_dict(), source.state_dict())
    with pytest.raises(FileNotFoundError, match=r'none.pth.*ofer convert ir50'):
        IRNet(small, checkpoint=str(tmp_path / 'none.pth')).init_weights()
    with pytest.raises(ValueError, match='does not fit IRNet'):
        IRNet(dict(stem=8, units=(1,), channels=(8,)), checkpoint=str(tmp_path / 'ir.pth')).init_weights()


def test_the_net_for_small_faces_keeps_a_stage_at_full_resolution():
    net = MODELS.build(dict(type='IRNet', arch='ir_48', input_size=48, out_stages=(0, 2, 3))).eval()
    maps = net(torch.randn(2, 3, 48, 48))
    assert [tuple(x.shape[1:]) for x in maps] == [(16, 48, 48), (128, 12, 12), (256, 6, 6)]
    assert 2.7e6 < sum(p.numel() for p in net.parameters()) < 2.9e6
    assert not [module for module in net.modules() if isinstance(module, (torch.nn.PReLU, torch.nn.MaxPool2d))]
    with pytest.raises(ValueError, match='out_stages'):
        IRNet('ir_48', out_stages=(4,))


def test_every_stage_of_the_plan_costs_the_same():
    arch = dict(stem=32, units=(2, 2, 2, 2), channels=(32, 64, 128, 256), strides=(1, 2, 2, 2), plain=True)
    net = IRNet(arch, input_size=48, out_stages=(0, 1, 2, 3)).eval()
    maps = net(torch.randn(1, 3, 48, 48))
    assert [tuple(x.shape[1:]) for x in maps] == [(32, 48, 48), (64, 24, 24), (128, 12, 12), (256, 6, 6)]
    assert [x.shape[1] ** 2 * x.shape[2] ** 2 for x in maps] == [maps[0].shape[1] ** 2 * 48**2] * 4


def test_a_plain_unit_strides_in_its_first_convolution():
    assert [conv.stride for conv in IRUnit(4, 8, 2, plain=True).modules() if isinstance(conv, torch.nn.Conv2d)] == [(2, 2), (2, 2), (1, 1)]
    assert [conv.stride for conv in IRUnit(4, 8, 2).modules() if isinstance(conv, torch.nn.Conv2d)] == [(2, 2), (1, 1), (2, 2)]


def test_the_second_convolution_of_the_first_unit_of_a_stage_has_the_stride():
    net = IRNet(arch=dict(stem=4, units=(2, 3), channels=(4, 8)))
    assert [unit.res_layer[1].stride[0] for unit in net.body] == [1] * 5
    assert [unit.res_layer[3].stride[0] for unit in net.body] == [2, 1, 2, 1, 1]
    assert [type(layer) for layer in net.body[0].res_layer] == [nn.BatchNorm2d, nn.Conv2d, nn.PReLU, nn.Conv2d, nn.BatchNorm2d]


def test_images_are_resized_to_the_nearest_pixel_as_published():
    net = IRNet(arch=dict(stem=4, units=(1,), channels=(4,)), input_size=8).eval()
    x = torch.randn(1, 3, 16, 16)
    torch.testing.assert_close(net(x)[0], net(x[:, :, ::2, ::2])[0])
