import pytest
import torch

from ofer.models.necks.grid_tokens import GridTokens, reread_memory, space_to_depth


def test_space_to_depth_token_holds_its_own_place():
    x = torch.zeros(1, 2, 4, 4)
    x[0, :, 2:, :2] = 1  # the lower left quarter
    tokens = space_to_depth(x, 2)
    assert tokens.shape == (1, 4, 8)
    assert tokens.sum(-1).tolist() == [[0, 0, 8, 0]]


def test_published_layout_rereads_memory_whatever_the_memory_format():
    x = torch.arange(2 * 4 * 4.0).view(1, 2, 4, 4)
    assert reread_memory(x, 2)[0, 0].tolist() == list(range(8))
    torch.testing.assert_close(reread_memory(x.to(memory_format=torch.channels_last), 2), reread_memory(x, 2))


@pytest.mark.parametrize('layout', ['space_to_depth', 'published'])
def test_tokens_lie_on_the_grid_row_by_row(layout):
    neck = GridTokens(in_channels=2, in_size=4, grid=2, embed_dims=3, layout=layout)
    x = torch.randn(1, 2, 4, 4)
    tokens = neck.proj({'space_to_depth': space_to_depth, 'published': reread_memory}[layout](x, 2))
    out = neck(x)
    assert out.shape == (1, 3, 2, 2)
    torch.testing.assert_close(out[0, :, 1, 0], tokens[0, 2])


def test_bad_arguments_and_inputs_are_named():
    with pytest.raises(ValueError, match='zigzag'):
        GridTokens(layout='zigzag')
    with pytest.raises(ValueError, match='grid 5 does not divide'):
        GridTokens(grid=5)
    with pytest.raises(ValueError, match='expected 14 x 14'):
        GridTokens()(torch.randn(1, 256, 7, 7))
