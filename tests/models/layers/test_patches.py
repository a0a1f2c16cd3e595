"""Patches, masks over them and their positions."""

import math

import pytest
import torch

from ofer.models.layers.patches import check_mask, latent_map, mask_to_pixels, patchify, random_mask, sincos_positions, unpatchify


def test_patches_by_hand() -> None:
    image = torch.arange(2 * 16).view(1, 2, 4, 4)
    patches = patchify(image, 2)
    # the second patch is the top right one: pixels 2, 3, 6, 7, and of each the second channel (+ 16) behind the first
    assert patches[0, 1].tolist() == [2, 18, 3, 19, 6, 22, 7, 23]
    assert torch.equal(unpatchify(patches, 2), image)


def test_images_that_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match='6x4'):
        patchify(torch.zeros(1, 3, 6, 4), 4)
    with pytest.raises(ValueError, match='no square grid'):
        unpatchify(torch.zeros(1, 6, 12), 2)


def test_mask_to_pixels() -> None:
    pixels = mask_to_pixels(torch.tensor([[True, False, False, True]]), 2)
    assert pixels[0, 0].int().tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]


@pytest.mark.parametrize(('ratio', 'hidden'), [(0, 0), (0.25, 49), (0.75, 147), (1, 196)])
def test_as_many_as_the_published_code_hides(ratio: float, hidden: int) -> None:
    mask = random_mask(3, 196, ratio)
    assert mask.sum(1).tolist() == [hidden] * 3


def test_masks_follow_their_generator() -> None:
    first, second = (random_mask(2, 16, 0.5, torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first[0], first[1])
    with pytest.raises(ValueError, match=r'ratio=1\.5'):
        random_mask(1, 4, 1.5)
    assert random_mask(1, 4, 0.5, device=torch.device('meta')).device.type == 'meta'


def test_positions_tell_column_then_row() -> None:
    table = sincos_positions(3, 8)  # frequencies 1 and 1 / 100
    assert table[0, 0].tolist() == [0] * 8
    row, column = 1, 2
    expected = [f(v * w) for v in (column, row) for f in (math.sin, math.cos) for w in (1, 0.01)]
    assert table[0, 1 + 3 * row + column].tolist() == pytest.approx(expected, abs=1e-6)
    with pytest.raises(ValueError, match='multiple of 4'):
        sincos_positions(3, 6)


@pytest.mark.parametrize('mask', [torch.zeros(2, 9), torch.zeros(2, 4).bool(), torch.zeros(1, 9).bool()])
def test_masks_that_do_not_fit(mask: torch.Tensor) -> None:
    with pytest.raises(ValueError, match='3x3 patches'):
        check_mask(mask, 2, 9)


def test_latents_on_their_grid_leave_the_class_token_out() -> None:
    tokens = torch.arange(2 * 5 * 3.0).view(2, 5, 3)
    maps = latent_map(tokens, 2)
    assert maps.shape == (2, 3, 2, 2)
    assert torch.equal(maps[1, :, 1, 0], tokens[1, 3])  # the third patch: second row, first column
