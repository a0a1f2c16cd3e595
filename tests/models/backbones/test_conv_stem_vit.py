"""The transformer with a stem of convolutions."""

import pytest
import torch

from ofer.models import ConvStemViT


def build(**changes: object) -> ConvStemViT:
    torch.manual_seed(0)
    return ConvStemViT(**dict(img_size=32, widths=(4, 6, 8), embed_dims=12, depth=1, num_heads=2) | changes).eval()


def test_one_latent_a_patch_in_raster_order() -> None:
    network = build(depth=0)  # without blocks no patch hears of another but over its rim
    image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    other = image.clone()
    other[0, :, 8:16, 24:32] = 0  # row 1 and column 3 of 4 x 4 patches
    latents = network(image)
    assert latents.shape == (1, 1 + 16, 12)
    changed = (network(other) - latents)[0, 1:].abs().amax(1).view(4, 4)
    assert changed.flatten().argmax() == 1 * 4 + 3
    assert (changed[:, :2] == 0).all()
    assert (changed[3] == 0).all()


def test_bad_sizes() -> None:
    with pytest.raises(ValueError, match='img_size=36'):
        build(img_size=36)
    with pytest.raises(ValueError, match='24x24'):
        build()(torch.zeros(1, 3, 24, 24))
