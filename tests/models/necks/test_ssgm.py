import pytest
import torch

from ofer.models.necks.ssgm import SPADE, SSGM, match_size, spade


def test_spade_by_hand():
    # instance norm of (0, 2) is (-1, 1) (mean 1, std 1); times 1 + 0.5, plus 3: 1.5 and 4.5
    x = torch.tensor([[[[0.0, 2.0]]]])
    out = spade(x, torch.full_like(x, 0.5), torch.full_like(x, 3.0))
    torch.testing.assert_close(out, torch.tensor([[[[1.5, 4.5]]]]), atol=1e-4, rtol=0)


def test_spade_without_semantics_is_instance_norm():
    layer = SPADE(3, 5)
    for conv in (layer.mlp_gamma, layer.mlp_beta):
        torch.nn.init.zeros_(conv.weight)
        torch.nn.init.zeros_(conv.bias)
    x = torch.randn(2, 3, 4, 4)
    torch.testing.assert_close(layer(x, torch.randn(2, 5, 4, 4)), torch.nn.functional.instance_norm(x))


def test_ssgm_is_the_identity_plus_a_guided_part():
    neck = SSGM(channels=8, semantic_channels=4, hidden=6).eval()
    x, semantics = torch.randn(2, 8, 5, 5), torch.randn(2, 4, 9, 9)
    guided = neck(x, semantics)
    assert guided.shape == x.shape
    assert not torch.allclose(guided, neck(x, semantics.flip(3)))
    with torch.no_grad():
        neck.conv_1.bias.zero_()
        neck.conv_1.parametrizations.weight.original.mul_(1e6)  # the spectral norm keeps the largest singular value at 1
    assert (neck(x, semantics) - x).abs().max() < 100


@pytest.mark.parametrize(('side', 'expected'), [(4, [0.0, 1.0]), (1, [0.5, 0.5])])
def test_match_size_pools_what_is_finer_and_repeats_what_is_coarser(side, expected):
    x = torch.tensor([[0.0, 0.0, 1.0, 1.0]]).expand(4, 4)[None, None] if side == 4 else torch.full((1, 1, 1, 1), 0.5)
    assert match_size(x, (2, 2))[0, 0, 0].tolist() == expected


def test_gradient_of_spade():
    args = [torch.randn(1, 2, 3, 3, dtype=torch.double, requires_grad=True) for _ in range(3)]
    assert torch.autograd.gradcheck(spade, args)


def test_what_is_guided_is_added_to_the_image():
    neck = SSGM(channels=4, semantic_channels=2, hidden=3).eval()
    x = torch.randn(1, 4, 3, 3)
    neck.conv_1 = torch.nn.Conv2d(4, 4, 3, padding=1)
    torch.nn.init.zeros_(neck.conv_1.weight)
    torch.nn.init.constant_(neck.conv_1.bias, 5.0)
    torch.testing.assert_close(neck(x, torch.randn(1, 2, 3, 3)), x + 5)


def test_two_stages_by_hand():
    neck = SSGM(channels=4, semantic_channels=2, hidden=3).eval()
    x, semantics = torch.randn(2, 4, 3, 3), torch.randn(2, 2, 3, 3)
    maps = neck.reduce(semantics)
    with torch.no_grad():
        for layer, convolution in ((neck.norm_0, neck.conv_0), (neck.norm_1, neck.conv_1)):
            torch.nn.init.normal_(convolution.bias)
            shared = layer.mlp_shared[0](maps).clamp(min=0)
            gamma, beta = layer.mlp_gamma(shared), layer.mlp_beta(shared)
            normed = layer(x if layer is neck.norm_0 else guided, maps)  # noqa: F821
            expected = torch.nn.functional.instance_norm(x if layer is neck.norm_0 else guided) * (1 + gamma) + beta  # noqa: F821
            torch.testing.assert_close(normed, expected)
            guided = convolution(torch.where(normed > 0, normed, 0.2 * normed))
        torch.testing.assert_close(neck(x, semantics), x + guided)


def test_what_is_finer_is_averaged():
    x = torch.tensor([[0.0, 1.0, 2.0, 6.0], [3.0, 4.0, 0.0, 0.0]]).view(1, 1, 2, 4)
    assert match_size(x, (1, 2)).flatten().tolist() == [2, 2]
