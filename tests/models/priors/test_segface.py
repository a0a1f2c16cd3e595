"""SegFace."""

import numpy as np
import pytest
import torch

from ofer.models import SegFace
from ofer.models.priors.segface import ENCODERS
from ofer.models.priors.segface_decoder import FourierPositions, ProjectedAttention


@pytest.mark.parametrize('encoder', ENCODERS)
def test_every_encoder_gives_four_maps_and_logits_of_the_input_size(encoder: str) -> None:
    with torch.device('meta'):  # shapes only
        net = SegFace(encoder, num_classes=5).eval()
        x = torch.empty(2, 3, 96, 64)
    features = net.features(x)
    assert [tuple(f.shape) for f in features] == [(2, c, 96 // s, 64 // s) for c, s in zip(net.channels, (4, 8, 16, 32), strict=True)]
    assert net(x).shape == (2, 5, 96, 64)


def test_maps_of_a_size_that_is_no_multiple_of_the_stride() -> None:
    assert SegFace('mobilenet_v3_large').eval()(torch.rand(1, 3, 50, 70)).shape == (1, 11, 50, 70)


def test_layers_behind_the_map_asked_for_do_not_run() -> None:
    net = SegFace('mobilenet_v3_large').eval()
    ran = []
    for index, layer in enumerate(net.backbone):
        layer.register_forward_hook(lambda *_, index=index: ran.append(index))
    x = torch.rand(1, 3, 32, 32)
    shallow = net.features(x, count=2)
    assert ran == list(range(7))
    assert torch.equal(shallow[1], net.features(x)[1])
    with pytest.raises(ValueError, match='4 feature maps'):
        net.features(x, count=5)


def test_256_is_the_published_width_and_others_are_in_proportion() -> None:
    with torch.device('meta'):
        published, same, small = (SegFace('mobilenet_v3_small', **given) for given in ({}, dict(width=256), dict(width=80)))
    shapes = {name: value.shape for name, value in published.state_dict().items()}
    assert shapes == {name: value.shape for name, value in same.state_dict().items()}
    assert shapes['face_decoder.transformer.layers.0.mlp.lin1.weight'] == (2048, 256)
    assert shapes['linear_fuse.weight'] == (256, 1024, 1, 1)
    assert shapes.keys() == small.state_dict().keys()
    assert small.state_dict()['face_decoder.transformer.layers.0.mlp.lin1.weight'].shape == (640, 80)
    assert sum(value.numel() for value in small.parameters()) < 0.7e6
    assert small(torch.empty(1, 3, 96, 96, device='meta')).shape == (1, 11, 96, 96)


def test_nothing_is_built_behind_the_last_map() -> None:
    with torch.device('meta'):
        assert all(len(SegFace(name).backbone) == ENCODERS[name].layers[-1] + 1 for name in ('mobilenet_v3_small', 'mobilenet_v3_large'))


def test_unknown_encoder_or_width() -> None:
    with pytest.raises(ValueError, match='swin_base'):
        SegFace('resnet')
    with pytest.raises(ValueError, match='multiple of 16'):
        SegFace('mobilenet_v3_small', width=72)


def test_positions_are_sines_and_cosines_of_pixel_centres() -> None:
    # Frequencies (1, 0) and (0, 1): phase 2 pi x and 2 pi y, with the centres of two pixels at -1/2 and 1/2 and of one at 0.
    positions = FourierPositions(4)
    positions.positional_encoding_gaussian_matrix = torch.tensor([[0.25, 0.0], [0.0, 0.25]])
    out = positions(1, 2)
    half = np.sqrt(0.5)
    assert out[:, 0, 0].tolist() == pytest.approx([-half, 0, half, 1], abs=1e-6)
    assert out[:, 0, 1].tolist() == pytest.approx([half, 0, half, 1], abs=1e-6)


def test_attention_equals_torchs_own() -> None:
    torch.manual_seed(0)
    ours, theirs = ProjectedAttention(16, 4).double(), torch.nn.MultiheadAttention(16, 4, batch_first=True).double()
    layers = (ours.q_proj, ours.k_proj, ours.v_proj)
    theirs.load_state_dict(
        dict(
            in_proj_weight=torch.cat([layer.weight for layer in layers]),
            in_proj_bias=torch.cat([layer.bias for layer in layers]),
            **{f'out_proj.{name}': value for name, value in ours.out_proj.state_dict().items()},
        )
    )
    query, key = torch.randn(2, 3, 16).double(), torch.randn(2, 5, 16).double()
    assert torch.allclose(ours(query, key, key), theirs(query, key, key)[0])
