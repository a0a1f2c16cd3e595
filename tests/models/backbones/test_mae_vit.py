"""The encoder of the masked autoencoder: hidden patches take no part, whatever their number."""

import pytest
import torch

from ofer.models import MaskedViT
from ofer.models.backbones.mae_vit import pack_visible
from ofer.models.layers.fixed_shapes import fixed_shapes


@pytest.fixture(scope='module')
def encoder() -> MaskedViT:
    torch.manual_seed(0)
    return MaskedViT(img_size=16, patch_size=4, embed_dims=16, depth=2, num_heads=2).double().eval()


def images(n: int) -> torch.Tensor:
    return torch.randn(n, 3, 16, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def dropped(encoder: MaskedViT, image: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Class token and visible patches of one image, with the hidden ones dropped: the plain form."""
    tokens = (encoder.patch_embed(image[None]) + encoder.pos_embed[:, 1:])[:, ~mask]
    tokens = torch.cat([encoder.cls_token + encoder.pos_embed[:, :1], tokens], 1)
    for block in encoder.blocks:
        tokens = block(tokens)
    return encoder.norm(tokens)[0]


def test_any_number_of_hidden_patches_equals_dropping_them_one_image_at_a_time(encoder: MaskedViT) -> None:
    x, mask = images(5), torch.rand(5, 16, generator=torch.Generator().manual_seed(2)) < 0.5
    mask[0], mask[1], mask[2] = False, True, True
    mask[2, 5] = False
    out = encoder(x, mask)
    assert out.shape == (5, 17, 16)
    for image, hidden, latents in zip(x, mask, out, strict=True):
        expected = dropped(encoder, image, hidden)
        assert torch.allclose(latents[torch.cat([torch.tensor([True]), ~hidden])], expected, atol=1e-10)
        assert (latents[1:][hidden] == 0).all()


def test_with_fixed_shapes_the_latents_and_gradients_are_the_same(encoder: MaskedViT) -> None:
    x, mask = images(5), torch.rand(5, 16, generator=torch.Generator().manual_seed(2)) < 0.5
    mask[0], mask[1] = False, True
    packed = encoder(x, mask)
    grads = torch.autograd.grad(packed.square().sum(), list(encoder.parameters()))
    with fixed_shapes():
        whole = encoder(x, mask)
        with pytest.raises(ValueError, match='4x4 patches'):
            encoder(x, mask[:, :9])
    torch.testing.assert_close(whole, packed, rtol=0, atol=1e-10)
    torch.testing.assert_close(torch.autograd.grad(whole.square().sum(), list(encoder.parameters())), grads, rtol=0, atol=1e-9)


def test_without_mask_all_are_visible(encoder: MaskedViT) -> None:
    x = images(2)
    assert torch.allclose(encoder(x), encoder(x, torch.zeros(2, 16).bool()), atol=1e-10)


def test_gradients_do_not_pass_through_hidden_pixels(encoder: MaskedViT) -> None:
    x = images(2).requires_grad_()
    mask = torch.zeros(2, 16).bool()
    mask[0, 0], mask[1, :3] = True, True
    encoder(x, mask).square().sum().backward()
    assert (x.grad[0, :, :4, :4] == 0).all()
    assert x.grad.isfinite().all()
    assert (x.grad[0, :, :4, 4:8] != 0).any()


def test_packing_by_hand() -> None:
    tokens = torch.arange(6.0).view(2, 3, 1)
    packed, places, padding = pack_visible(tokens, torch.tensor([[True, False, False], [True, True, False]]))
    assert packed[0, :, 0].tolist() == [1, 2]
    assert packed[1, 0, 0] == 5
    assert places[:, 0].tolist() == [1, 2]
    assert padding.tolist() == [[False, False], [False, True]]
    assert pack_visible(tokens, torch.tensor([[True, False, False], [False, False, True]]))[2] is None


def test_bad_arguments(encoder: MaskedViT) -> None:
    with pytest.raises(ValueError, match='16x16 pixels'):
        encoder(torch.zeros(1, 3, 20, 20).double())
    with pytest.raises(ValueError, match='4x4 patches'):
        encoder(images(1), torch.zeros(1, 9).bool())
    with pytest.raises(ValueError, match='patch_size=5'):
        MaskedViT(16, 5)
    with pytest.raises(ValueError, match='num_heads=3'):
        MaskedViT(16, 4, 16, 1, 3)
