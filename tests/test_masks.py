"""Masks between patches and pixels."""

import pytest
import torch

from ofer.masks import MASKED_SHARE, covered_share, patches_to_pixels, resize_mask

SIZES = ((14, 224), (14, 256), (14, 250), (14, 100), (14, 15), (8, 64), (8, 96), (8, 48), (7, 61))


def flagged(grid: int, number: int, seed: int = 0) -> torch.Tensor:
    """``(1, grid, grid)`` bool, ``number`` of them True."""
    order = torch.randperm(grid * grid, generator=torch.Generator().manual_seed(seed))
    return (order < number).view(1, grid, grid)


def test_pixels_of_patches_by_a_plain_loop() -> None:
    values = torch.arange(9).view(3, 3)
    pixels = patches_to_pixels(values, 10, 7)  # neither a multiple of 3
    for y in range(10):
        for x in range(7):
            assert pixels[y, x] == values[int((y + 0.5) * 3 / 10), int((x + 0.5) * 3 / 7)]
    mask = torch.rand(10, 7, generator=torch.Generator().manual_seed(0)) > 0.5
    for patch in range(9):
        assert covered_share(mask, 3, 3).view(-1)[patch] == pytest.approx(mask[pixels == patch].float().mean())


def test_covered_share_by_hand() -> None:
    mask = torch.zeros(4, 6).bool()
    mask[:2, :3] = True  # the whole first patch
    mask[3, 3:5] = True  # two of six pixels of the last one
    assert covered_share(mask, 2, 2).flatten().tolist() == pytest.approx([1, 0, 0, 1 / 3])
    torch.testing.assert_close(covered_share(torch.stack([mask, ~mask]), 2, 2)[1], 1 - covered_share(mask, 2, 2))
    assert torch.equal(covered_share(mask[:, ::3], 4, 4), mask[:, ::3].repeat_interleave(2, 1).float())  # finer: as its patch


@pytest.mark.parametrize(('grid', 'size'), SIZES)
@pytest.mark.parametrize('number', [1, 16, 'most'])
def test_a_mask_of_patches_comes_back_as_it_was(grid: int, size: int, number: int | str) -> None:
    mask = flagged(grid, grid**2 - 1 if number == 'most' else number)
    pixels = resize_mask(mask, size, size)
    assert pixels.float().mean().item() == pytest.approx(mask.float().mean().item(), rel=0.3 if size > 50 else 3)
    for share in (0.0, MASKED_SHARE, 0.5, 0.99):
        assert torch.equal(resize_mask(pixels, grid, grid, share), mask)


@pytest.mark.parametrize('sizes', [(224, 256), (224, 250, 256, 224), (64, 96, 48)])
def test_a_mask_does_not_grow_through_several_sizes(sizes: tuple[int, ...]) -> None:
    grid = 8 if sizes[0] == 64 else 14
    for number in (1, 16, grid**2 // 5, grid**2 - 1):
        mask = shown = flagged(grid, number)
        for size in sizes:
            shown = resize_mask(shown, size, size)
        assert torch.equal(resize_mask(shown, grid, grid), mask)


def test_the_share_decides() -> None:
    mask = torch.zeros(1, 8, 8).bool()
    mask[0, 0, :2] = True  # 2 of the 16 pixels of the first patch
    assert not resize_mask(mask, 2, 2).any()
    mask[0, 1, 0] = True
    assert resize_mask(mask, 2, 2).tolist() == [[[True, False], [False, False]]]
    assert not resize_mask(mask, 2, 2, share=0.2).any()
    assert resize_mask(mask, 8, 8, share=0.9) is mask


def test_between_grids_that_do_not_divide_the_nearest_patch_counts() -> None:
    mask = torch.zeros(1, 4, 4).bool()
    mask[0, 1, 2] = True  # from 0.25 to 0.5 and from 0.5 to 0.75
    assert resize_mask(mask, 3, 3).nonzero().tolist() == [[0, 1, 1]]
    assert resize_mask(mask, 8, 8).sum() == 4
