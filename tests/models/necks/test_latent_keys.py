import pytest
import torch

from ofer.models.necks.latent_keys import activation_map, select_keys


def test_map_by_hand():
    # head 0 sums to 4, head 1 to 8: shares (1/4, 3/4, 0, 0) and (0, 0, 1/2, 1/2); their mean
    weights = torch.tensor([[[[1.0, 3.0], [0.0, 0.0]], [[0.0, 0.0], [4.0, 4.0]]]])
    torch.testing.assert_close(activation_map(weights, 2), torch.tensor([[[0.125, 0.375], [0.25, 0.25]]]))


def test_map_is_resized_bilinearly():
    weights = torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]])  # shares 1/2, 0
    # centres of 4 cells fall on -1/4, 1/4, 3/4, 5/4 of 2: weights 1, 3/4, 1/4, 0 of the left column
    expected = torch.tensor([0.5, 0.375, 0.125, 0.0]).expand(1, 4, 4)
    torch.testing.assert_close(activation_map(weights, 4), expected)


def test_map_has_no_graph_and_a_dead_head_adds_nothing():
    weights = torch.rand(2, 3, 4, 4, requires_grad=True)
    assert not activation_map(weights, 8).requires_grad
    dead = torch.cat([weights, torch.zeros(2, 1, 4, 4)], 1)
    torch.testing.assert_close(activation_map(dead, 8) * 4, activation_map(weights, 8) * 3)
    assert torch.equal(activation_map(torch.zeros(1, 2, 4, 4), 8), torch.zeros(1, 8, 8))


def test_map_of_a_mirrored_face_is_mirrored():
    weights = torch.rand(2, 4, 7, 7)
    torch.testing.assert_close(activation_map(weights.flip(-1), 14), activation_map(weights, 14).flip(-1))


@pytest.mark.parametrize(
    ('activation', 'occluded', 'chosen'),
    [
        ([[0.1, 0.4], [0.3, 0.2]], None, [0, 1, 1, 0]),  # median 0.25
        ([[0.1, 0.4], [0.3, 0.2]], [0, 1, 0, 0], [0, 0, 1, 0]),  # 0.2 does not step in for 0.4
        ([[0.1, 0.4], [0.3, 0.2]], [0, 1, 1, 0], [0, 0, 0, 0]),
        ([[0.1, 0.4], [0.3, 0.2]], [1, 1, 1, 1], [0, 0, 0, 0]),
        ([[1.0, 1.0], [1.0, 1.0]], None, [1, 1, 0, 0]),  # all equal: half, in raster order
        ([[9.0, 8.0, 7.0], [6.0, 5.0, 4.0], [3.0, 2.0, 1.0]], None, [1, 1, 1, 1, 0, 0, 0, 0, 0]),  # the median itself is not above it
    ],
)
def test_keys_by_hand(activation, occluded, chosen):
    mask = None if occluded is None else torch.tensor([occluded], dtype=torch.bool)
    assert select_keys(torch.tensor([activation]), mask).int().tolist() == [chosen]


@pytest.mark.parametrize('grid', [3, 8, 14])
def test_keys_of_random_maps(grid):
    generator = torch.Generator().manual_seed(grid)
    activation = torch.rand(6, grid, grid, generator=generator)
    keys = select_keys(activation)
    flat = activation.flatten(1)
    assert (keys.sum(1) == grid**2 // 2).all()
    assert torch.equal(keys, flat > flat.quantile(0.5, dim=1, keepdim=True))  # no ties: exactly those above the median
    assert torch.equal(select_keys(activation.exp() * 7), keys)  # order is all that counts
    occluded = torch.rand(6, grid**2, generator=generator) < torch.linspace(0, 1, 6)[:, None]  # from none to all
    assert torch.equal(select_keys(activation, occluded), keys & ~occluded)
    assert torch.equal(select_keys(activation[:2], occluded[:2]), select_keys(activation, occluded)[:2])  # each image by itself


def test_masks_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r'\(2, 9\), expected bool \(2, 16\)'):
        select_keys(torch.rand(2, 4, 4), torch.zeros(2, 9, dtype=torch.bool))
    with pytest.raises(ValueError, match='float32'):
        select_keys(torch.rand(2, 4, 4), torch.zeros(2, 16))
