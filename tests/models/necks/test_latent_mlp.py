import pytest
import torch

from ofer.models.necks.latent_mlp import LatentMLP
from ofer.models.published.latent_box import PUBLISHED_BOX, LatentBoxMLP
from ofer.registry import MODELS

MLPS = (
    dict(type='LatentMLP', in_dims=6, grid=4, place_dims=3, out_channels=5),
    dict(type='LatentBoxMLP', in_dims=6, grid=4, places=(5, 6, 9, 10), widths=(8, 7, 6, 5)),
)
either = pytest.mark.parametrize('config', MLPS, ids=[config['type'] for config in MLPS])


def trained(config):
    """Built, with first weights that are not 0 and statistics that are not those of no data."""
    torch.manual_seed(0)
    mlp = MODELS.build(config).train()
    mlp(torch.randn(32, 16, 6), torch.ones(32, 16, dtype=torch.bool))
    return mlp.eval()


@either
def test_what_is_not_chosen_is_not_read(config):
    mlp, latents = trained(config), torch.randn(3, 16, 6)
    chosen = torch.zeros(3, 16, dtype=torch.bool)
    chosen[:, [0, 5, 10]] = True
    changed = torch.where(chosen[..., None], latents, torch.randn_like(latents) * 100)
    torch.testing.assert_close(mlp(changed, chosen), mlp(latents, chosen))
    changed = latents.clone()
    changed[:, 5] = torch.randn(3, 6)
    assert not torch.allclose(mlp(changed, chosen), mlp(latents, chosen))


@either
def test_any_number_an_image_and_zeros_for_none(config):
    mlp, latents = trained(config), torch.randn(4, 16, 6)
    chosen = torch.zeros(4, 16, dtype=torch.bool)
    chosen[1, 5], chosen[2, 4:12], chosen[3] = True, True, True
    out = mlp(latents, chosen)
    assert out.shape == (4, 5)
    assert torch.equal(out[0], torch.zeros(5))
    assert (out[1:].abs().sum(1) > 0).all()
    for i in range(4):  # each image by itself
        torch.testing.assert_close(mlp(latents[i : i + 1], chosen[i : i + 1])[0], out[i])


@either
def test_a_place_has_weights_of_its_own(config):
    mlp, latents = trained(config), torch.randn(1, 16, 6)
    chosen = torch.zeros(1, 16, dtype=torch.bool)
    chosen[0, [5, 6]] = True
    swapped = latents.clone()
    swapped[0, [5, 6]] = latents[0, [6, 5]]
    assert not torch.allclose(mlp(swapped, chosen), mlp(latents, chosen))


@either
def test_latents_that_do_not_fit_are_named(config):
    with pytest.raises(ValueError, match=r'\(2, 9, 6\), expected \(N, 16, 6\)'):
        MODELS.build(config)(torch.randn(2, 9, 6), torch.ones(2, 9, dtype=torch.bool))


def test_gradients_reach_the_chosen_alone():
    mlp = LatentMLP(in_dims=6, grid=4, place_dims=3, out_channels=5)
    latents = torch.randn(2, 16, 6, requires_grad=True)
    chosen = torch.rand(2, 16) < 0.5
    chosen[:, 0] = True
    (mlp(latents, chosen) * torch.randn(2, 5)).sum().backward()
    assert torch.equal(latents.grad.abs().sum(-1) > 0, chosen)
    assert all(parameter.grad is not None for parameter in mlp.parameters())


def test_number_of_parameters():
    # LayerNorm 2 x 768; 768 x 32 + 32; 196 x 32 x 256 + 256; LayerNorm 2 x 256
    assert sum(p.numel() for p in LatentMLP().parameters()) == 1536 + 24608 + 1605888 + 512 == 1632544


def test_the_published_box(box_without_memory):
    assert len(PUBLISHED_BOX) == 78
    assert [place + 1 for place in PUBLISHED_BOX[:8]] == [46, 47, 48, 49, 50, 51, 52, 53]  # with the class token in front, as published
    assert [place + 1 for place in PUBLISHED_BOX[-6:]] == [172, 173, 174, 175, 176, 177]
    columns = {place % 14 for place in PUBLISHED_BOX}
    assert columns == {13 - column for column in columns}  # in the middle of the face
    box = LatentBoxMLP()
    assert [tuple(layer.weight.shape) for layer in box.layers if layer.weight.ndim == 2] == [
        (10000, 39936), (5000, 10000), (1024, 5000), (256, 1024),
    ]  # fmt: skip
    assert sum(p.numel() for p in box.parameters()) / 1e6 == pytest.approx(454.8, abs=0.05)
    assert box(torch.empty(2, 196, 512, device='meta'), torch.empty(2, 196, dtype=torch.bool, device='meta')).shape == (2, 256)


def test_a_box_outside_of_the_grid_is_refused():
    with pytest.raises(ValueError, match='4 x 4'):
        LatentBoxMLP(in_dims=6, grid=4, places=(3, 16), widths=(8, 7, 6, 5))
