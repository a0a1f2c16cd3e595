"""POSTER V2: the published network to its frozen numbers, and a scale by a plain computation."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from ofer_poster_v2 import WindowFusion, WindowFusionPyramid
from torch.nn import functional as F

import ofer
from ofer.convert.published import convert
from ofer.models.layers.weights import read_weights
from ofer.registry import MODELS

SMALL = dict(grid=1, channels=(4, 8, 8), landmark_channels=6, num_heads=(1, 2, 4), embed_dims=8, depth=1, joint_heads=2)


def test_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('poster_v2', 'poster_v2_7cls')
    fusion = model.interaction
    with torch.no_grad():
        priors, maps = model.precompute(inputs)['priors'], model.backbone(inputs)
        close(maps[-1][:, ::8], frozen['backbone_features'])
        close(priors['landmarks']['coarse'][:, ::8], frozen['landmark_features'])
        fused = fusion.scale_maps(maps, priors['landmarks'])
        fine, middle, coarse = (x.permute(0, 2, 3, 1) for x in fused)
        close(fine[:, ::2, ::2, ::4], frozen['scale1'])
        close(middle[:, ::2, ::2, ::4], frozen['scale2'])
        close(coarse[..., ::4], frozen['scale3'])
        close(fusion.tokens(fused)[:, ::3, ::8], frozen['tokens'])
        close(model.extract_feat(inputs)[0], frozen['class_token'])
        close(model(inputs, mode='tensor'), frozen['logits'])


def test_index_tables_of_the_file_are_left_out(shared: Path) -> None:
    spec = json.loads((shared / 'fixtures' / 'poster_v2_7cls.keys.json').read_text(encoding='utf-8'))
    published = {name: torch.zeros(()).expand(shape) for name, shape in spec['keys'].items()}  # takes no memory
    published |= {name: torch.zeros((), dtype=torch.int64).expand(shape) for name, shape in spec['fixed_buffers'].items()}
    result = convert('poster_v2', published)
    assert result.complete
    assert len(result.dropped['index tables, which are computed']) == 3


def test_the_file_fits_the_config(published_file: Callable) -> None:
    path = published_file('poster_v2', 'poster_v2_7cls', labels='rafdb')
    assert ofer.get_model('poster_v2_rafdb', path).classes[-1] == 'neutral'


def test_file_of_the_optimiser_is_refused(tmp_path: Any) -> None:
    torch.save(dict(optimizer=dict(state={0: dict(step=torch.tensor(3.0))}, param_groups=[])), tmp_path / 'best.pth')
    with pytest.raises(ValueError, match='no parameters found'):
        read_weights(tmp_path / 'best.pth')
    with pytest.raises(ValueError, match='no poster_v2 file'):
        convert('poster_v2', {'conv1.weight': torch.zeros(1)})


def test_one_scale_by_hand() -> None:
    torch.manual_seed(0)
    fusion: Any = WindowFusion(6, 2, 3, 0.0).eval()
    fusion.gamma1.data.normal_()
    fusion.gamma2.data.normal_()
    image, landmarks = torch.randn(1, 6, 2, 2), torch.randn(1, 6, 2, 2)
    x = F.layer_norm(image[0].flatten(1).T, (6,), fusion.norm1.weight, fusion.norm1.bias)
    key, value = fusion.kv(x).chunk(2, -1)
    table, heads = fusion.position.relative_position_bias_table, []
    for head in range(3):
        rows = []
        for i in range(4):
            scores = []
            for j in range(4):
                moved = (i // 2 - j // 2 + 1) * 3 + (i % 2 - j % 2 + 1)  # 3 x 3 differences of rows and columns
                part = slice(2 * head, 2 * head + 2)
                scores.append(landmarks[0].flatten(1).T[i, part] @ key[j, part] / 2**0.5 + table[moved, head])
            rows.append(torch.stack(scores).softmax(0) @ value[:, 2 * head : 2 * head + 2])
        heads.append(torch.stack(rows))
    x = x + fusion.gamma1 * fusion.proj(torch.cat(heads, 1))
    x = x + fusion.gamma2 * fusion.mlp(fusion.norm2(x))
    torch.testing.assert_close(fusion(image, landmarks)[0].flatten(1).T, x)


def landmarks(size: int = 4) -> dict[str, torch.Tensor]:
    return {'fine': torch.randn(2, 4, size, size), 'middle': torch.randn(2, 8, 2, 2), 'coarse': torch.randn(2, 6, 1, 1)}


@pytest.fixture
def pyramid() -> WindowFusionPyramid:
    torch.manual_seed(0)
    return MODELS.build(dict(type='WindowFusionPyramid', **SMALL)).eval()


def test_all_maps_reach_the_output(pyramid: WindowFusionPyramid) -> None:
    for fusion in pyramid.scales:
        torch.nn.init.ones_(fusion.get_parameter('gamma1'))  # starts at 1e-5
    image = [torch.randn(2, width, size, size, requires_grad=True) for width, size in ((4, 8), (8, 4), (8, 2))]
    points = {name: value.requires_grad_() for name, value in landmarks().items()}
    out = pyramid(image, points)
    assert out.shape == (2, 8)
    out.square().sum().backward()
    for x in (*image, points['fine'], points['middle']):
        assert x.grad.abs().sum() > 0


def test_maps_of_different_sizes_are_refused(pyramid: WindowFusionPyramid) -> None:
    image = [torch.randn(2, width, size, size) for width, size in ((4, 8), (8, 4), (8, 2))]
    with pytest.raises(ValueError, match=r'image map of \(4, 4, 4\) and landmark map of \(4, 6, 6\)'):
        pyramid(image, landmarks(6))
    with pytest.raises(ValueError, match='5 heads do not divide 4'):
        WindowFusion(4, 2, 5, 0.0)
