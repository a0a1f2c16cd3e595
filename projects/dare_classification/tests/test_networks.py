"""The three networks: published weights to their frozen numbers, and their parts by plain loops."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from ofer_dare_classification import GFNet, SpectralFormer
from ofer_dare_classification.gfnet import GlobalFilter

import ofer
from ofer import compat
from ofer.convert.published import convert
from ofer.registry import MODELS


def normalised(seed: int, *shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.RandomState(seed).rand(*shape).astype(np.float32) * 4 - 2)


def test_gfnet_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('dare_classification', 'gfnet_xs_cifar10')
    net, part = model.backbone, (slice(None), slice(None, None, 7), slice(None, None, 4))
    with torch.no_grad():
        tokens = net.patch_embed(inputs) + net.pos_embed
        first = net.blocks[0]
        close(first.filter(first.norm1(tokens))[part], frozen['filter0'])
        for number, block in enumerate(net.blocks):
            tokens = block(tokens)
            if number in (0, 11):
                close(tokens[part], frozen[f'block{number}'])
        close(model(inputs, mode='tensor'), frozen['logits'])


def test_crossvit_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('dare_classification', 'crossvit_small_cifar10', size=240)
    with torch.no_grad():
        large, small = model.extract_feat(inputs)
        close(large[:, 0], frozen['class_token_large_image'])
        close(small[:, 0], frozen['class_token_small_image'])
        close(model(inputs, mode='tensor'), frozen['logits'])


def test_spectralformer_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, _, frozen = converted('dare_classification', 'spectralformer_patch_indian')
    tokens = torch.from_numpy(np.random.RandomState(31).rand(4, 200, 147).astype(np.float32))
    with torch.no_grad():
        for number, output in enumerate(model.backbone.layer_outputs(tokens)):
            close(output[:, ::10, ::4], frozen[f'layer{number}'])
        close(model(tokens, mode='tensor'), frozen['logits'])
        model.backbone.fusions = torch.nn.ModuleList()
        close(model(tokens, mode='tensor'), frozen['logits_vit_mode'])


@pytest.mark.parametrize(
    ('name', 'config'),
    [
        ('gfnet_xs_cifar10', 'dare_gfnet_cifar10'),
        ('crossvit_small_cifar10', 'dare_crossvit_cifar10'),
        ('spectralformer_patch_indian', 'dare_spectralformer_indian_pines_patch'),
    ],
)
def test_converted_weights_fit_the_config(published_file: Callable, name: str, config: str) -> None:
    path: Path = published_file('dare_classification', name)
    state = compat.load_checkpoint(path)['state_dict']
    loaded = ofer.get_model(config, path).state_dict()
    assert loaded.keys() == state.keys()


@pytest.mark.parametrize('name', ['crossvit_tiny_240', 'crossvit_9_dagger_240'])
def test_another_crossvit_is_recognised(name: str) -> None:
    state = timm.create_model(name, num_classes=3).state_dict()
    published = {re.sub(r'^(pos_embed|cls_token)_', r'\1.', key): value for key, value in state.items()}
    result = convert('dare_classification', published)
    assert result.complete
    assert result.model['model_name'] == name
    assert result.model['num_classes'] == 3
    with pytest.raises(ValueError, match='none of timm'):
        convert('dare_classification', {**published, 'norm.0.weight': torch.zeros(5)})


@pytest.mark.parametrize(
    ('backbone', 'shape'),
    [
        (dict(type='SpectralFormer', num_bands=7, token_size=3, embed_dims=8, depth=4, mlp_dims=4), (2, 7, 3)),
        (dict(type='GFNet', arch=dict(embed_dims=8, depth=3), img_size=32, patch_size=8), (2, 3, 32, 32)),
    ],
)
def test_other_sizes_are_read_from_the_file(backbone: dict, shape: tuple[int, ...]) -> None:
    """A network of another size, in published names, comes back as it was."""
    head = dict(type='LinearClsHead', num_classes=5, in_channels=8)
    model = MODELS.build(dict(type='ImageClassifier', backbone=dict(backbone), head=head)).eval()
    rules = SPECTRALFORMER if backbone['type'] == 'SpectralFormer' else GFNET
    published = {}
    for name, value in model.state_dict().items():
        for pattern, new in rules:
            if re.match(pattern, name):
                name = re.sub(pattern, new, name)
                break
        published[name] = value
    result = convert('dare_classification', published)
    assert result.complete
    again = MODELS.build(result.model).eval()
    again.load_state_dict(result.state_dict)
    x = torch.rand(shape)
    torch.testing.assert_close(again(x), model(x))


GFNET = [(r'head\.fc\.', 'head.'), (r'backbone\.', '')]
SPECTRALFORMER = [
    (r'backbone\.pos_embed', 'pos_embedding'),
    (r'backbone\.cls_token', 'cls_token'),
    (r'backbone\.embed\.', 'patch_to_embedding.'),
    (r'backbone\.layers\.(\d+)\.norm1\.', r'transformer.layers.\1.0.fn.norm.'),
    (r'backbone\.layers\.(\d+)\.attn\.qkv\.', r'transformer.layers.\1.0.fn.fn.to_qkv.'),
    (r'backbone\.layers\.(\d+)\.attn\.proj\.', r'transformer.layers.\1.0.fn.fn.to_out.0.'),
    (r'backbone\.layers\.(\d+)\.norm2\.', r'transformer.layers.\1.1.fn.norm.'),
    (r'backbone\.layers\.(\d+)\.mlp\.fc1\.', r'transformer.layers.\1.1.fn.fn.net.0.'),
    (r'backbone\.layers\.(\d+)\.mlp\.fc2\.', r'transformer.layers.\1.1.fn.fn.net.3.'),
    (r'backbone\.fusions\.', 'transformer.skipcat.'),
    (r'backbone\.norm\.', 'mlp_head.0.'),
    (r'head\.fc\.', 'mlp_head.1.'),
]


def test_another_file_is_named() -> None:
    with pytest.raises(ValueError, match=r'no dare_classification file: it has no blocks\.0\.filter'):
        convert('dare_classification', {'fc.weight': torch.zeros(1)})


def test_filter_is_a_circular_convolution() -> None:
    """The filter of a delta by plain loops over places: a multiplication of spectra is a convolution that wraps around."""
    torch.manual_seed(0)
    layer = GlobalFilter(1, (3, 4))
    kernel = torch.randn(3, 4)
    with torch.no_grad():
        layer.complex_weight.copy_(torch.view_as_real(torch.fft.rfft2(kernel))[:, :, None])
        x = torch.randn(3, 4)
        expected = torch.zeros(3, 4)
        for y in range(3):
            for z in range(4):
                for j in range(3):
                    for k in range(4):
                        expected[y, z] += x[(y - j) % 3, (z - k) % 4] * kernel[j, k]
        torch.testing.assert_close(layer(x.reshape(1, 12, 1)).reshape(3, 4), expected)


def test_filter_of_ones_changes_nothing() -> None:
    layer = GlobalFilter(2, (4, 5))
    with torch.no_grad():
        layer.complex_weight.copy_(torch.tensor([1.0, 0.0]).expand_as(layer.complex_weight))
        x = torch.randn(2, 20, 2)
        torch.testing.assert_close(layer(x), x)


@pytest.mark.parametrize('grid', [(4, 4), (3, 5), (1, 2)])
def test_filter_in_real_numbers_is_the_same(grid: tuple[int, int]) -> None:
    torch.manual_seed(0)
    layer = GlobalFilter(3, grid)
    x = torch.randn(2, grid[0] * grid[1], 3)
    with torch.no_grad():
        layer.complex_weight.normal_()
        exported = torch.jit.trace(layer, (x[:1],), check_trace=False)
        torch.testing.assert_close(exported(x), layer(x))
    assert not list(exported.inlined_graph.findAllNodes('aten::view_as_complex'))
    assert set(layer.state_dict()) == {'complex_weight'}


def test_gfnet_sizes() -> None:
    net = GFNet(dict(embed_dims=8, depth=2), img_size=8, patch_size=2, drop_path_rate=0.1)
    net.init_weights()
    assert net(torch.zeros(2, 3, 8, 8))[0].shape == (2, 8)
    with pytest.raises(ValueError, match="arch='xl'"):
        GFNet('xl')
    with pytest.raises(ValueError, match='img_size=30'):
        GFNet(img_size=30)


def test_fusion_joins_each_layer_with_the_input_of_the_one_two_before() -> None:
    """With fusions that take their second input alone, the third layer sees what the first one saw."""
    torch.manual_seed(0)
    net = SpectralFormer(num_bands=3, token_size=2, embed_dims=4, depth=3, num_heads=2, mlp_dims=4).eval()
    with torch.no_grad():
        net.fusions[0].weight.zero_()
        net.fusions[0].weight[:, :, 0, 1] = torch.eye(4)
        net.fusions[0].bias.zero_()
        x = torch.rand(2, 3, 2)
        first = torch.cat([net.cls_token.expand(2, -1, -1), net.embed(x)], 1) + net.pos_embed
        torch.testing.assert_close(net.layer_outputs(x)[2], net.layers[2](first))


def test_spectralformer_names_tokens_that_do_not_fit() -> None:
    net = SpectralFormer(num_bands=3, token_size=2, embed_dims=4, num_heads=2)
    with pytest.raises(ValueError, match=r'\(1, 3, 9\): expected \(N, 3, 2\)'):
        net(torch.zeros(1, 3, 9))
    with pytest.raises(ValueError, match='embed_dims=4'):
        SpectralFormer(num_bands=3, token_size=2, embed_dims=4, num_heads=3)
