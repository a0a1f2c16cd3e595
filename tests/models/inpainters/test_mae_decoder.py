"""The decoder of the masked autoencoder."""

import torch

from ofer.models import MaskedViTDecoder


def test_what_stands_at_hidden_places_is_not_read() -> None:
    torch.manual_seed(0)
    decoder = MaskedViTDecoder(grid=3, patch_size=2, in_dims=8, embed_dims=12, depth=1, num_heads=2).eval()
    latents, mask = torch.randn(2, 10, 8), torch.tensor([[True] * 4 + [False] * 5, [False] * 9])
    changed = latents.clone()
    changed[0, 1:5] = 100
    out = decoder(latents, mask)
    assert out.shape == (2, 9, 12)
    assert torch.equal(out, decoder(changed, mask))
    changed[1, 1] = 100
    assert not torch.equal(out, decoder(changed, mask))


def test_hidden_places_differ_by_their_position() -> None:
    torch.manual_seed(0)
    decoder = MaskedViTDecoder(grid=2, patch_size=2, in_dims=8, embed_dims=8, depth=1, num_heads=2).eval()
    out = decoder(torch.zeros(1, 5, 8), torch.ones(1, 4).bool())
    assert (out[0, 0] - out[0, 3]).abs().max() > 1e-4
