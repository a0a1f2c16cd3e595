import pytest
import torch

from ofer.models.necks.mcm import MCM, CrossAttention, CrossFusionBlock, PyramidBlock


def test_cross_attention_against_a_plain_loop():
    torch.manual_seed(0)
    layer = CrossAttention(dims=8, num_heads=2, query_projection=True)
    image, landmarks = torch.randn(2, 3, 8), torch.randn(2, 3, 8)
    key, value = layer.kv(image).split(8, dim=-1)
    query = layer.q(landmarks)
    expected = torch.zeros(2, 3, 8)
    for n in range(2):
        for head in (slice(0, 4), slice(4, 8)):
            for i in range(3):
                scores = torch.stack([query[n, i, head] @ key[n, j, head] / 4**0.5 for j in range(3)]).softmax(0)
                expected[n, i, head] = sum(scores[j] * value[n, j, head] for j in range(3))
    torch.testing.assert_close(layer(image, landmarks), layer.proj(expected))
    torch.testing.assert_close(layer.weights(image, landmarks).sum(-1), torch.ones(2, 3))


def test_fusion_block_reintegrates_scaled_landmarks():
    block = CrossFusionBlock(2, 8, 2, 0.0, query_projection=False, reintegration=True)
    with torch.no_grad():
        block.conv.weight.copy_(torch.eye(4).unsqueeze(2))
        block.conv.bias.zero_()
        block.scale.fill_(-3.0)
    tokens = torch.randn(1, 4, 8)
    torch.testing.assert_close(block(tokens)[:, 2:], -3 * tokens[:, 2:])


def test_fusion_block_residuals_add():
    block = CrossFusionBlock(2, 8, 2, 0.0, query_projection=False, reintegration=False)
    tokens = torch.randn(1, 4, 8)
    image, landmarks = tokens.chunk(2, 1)
    image = image + block.attn(*block.norm1(tokens).chunk(2, 1))
    image = image + block.mlp(block.norm2(image))
    torch.testing.assert_close(block(tokens), torch.cat([image, landmarks], 1))


@pytest.mark.parametrize(('size', 'depth'), [('small', 4), ('base', 6), ('large', 8), (2, 2)])
def test_sizes_have_the_published_depths(size, depth):
    assert len(MCM(size, embed_dims=32, landmark_channels=32, grid=2).blocks) == depth


@pytest.mark.parametrize('grid', [2, 5])
@pytest.mark.parametrize('num_scales', [1, 2, 3])
def test_any_square_grid_and_number_of_scales(grid, num_scales):
    neck = MCM(1, embed_dims=32, landmark_channels=12, grid=grid, num_scales=num_scales).eval()
    image, landmarks = torch.randn(2, 32, grid, grid), torch.randn(2, 12, grid, grid)
    assert neck(image, landmarks).shape == (2, 32)
    attention = neck.attention(image, landmarks)
    assert attention.shape == (2, grid, grid)
    torch.testing.assert_close(attention.sum((1, 2)), torch.ones(2))


def test_a_fresh_network_passes_the_mean_of_the_image_on():
    torch.manual_seed(0)
    neck = MCM('small', embed_dims=32, landmark_channels=32, grid=3)
    neck.init_weights()
    with torch.no_grad():
        for block in neck.blocks:
            for fusion in block.fusions:
                for last in (fusion.attn.proj, fusion.mlp.fc2):
                    last.weight.zero_()
                    last.bias.zero_()
            for widen in block.widen:
                widen.weight.zero_()
    image = torch.randn(2, 32, 3, 3)
    torch.testing.assert_close(neck.eval()(image, torch.randn(2, 32, 3, 3)), neck.norm(image.mean((2, 3))))


def test_bad_arguments_and_inputs_are_named():
    with pytest.raises(ValueError, match='huge'):
        MCM('huge')
    with pytest.raises(ValueError, match='num_scales is 4'):
        MCM(num_scales=4)
    with pytest.raises(ValueError, match='8 heads do not divide'):
        MCM(1, embed_dims=36, grid=2)
    with pytest.raises(ValueError, match='grid'):
        MCM(1, embed_dims=32, landmark_channels=32, grid=2)(torch.randn(1, 32, 2, 2), torch.randn(1, 32, 3, 3))


def test_position_embedding_is_added_to_the_image_tokens_alone():
    neck = MCM(1, embed_dims=32, landmark_channels=32, grid=2, num_scales=1)
    image, landmarks = torch.randn(1, 32, 2, 2), torch.randn(1, 32, 2, 2)
    (before,) = neck._pyramid(image, landmarks)
    torch.nn.init.constant_(neck.pos_embed, 3.0)
    (after,) = neck._pyramid(image, landmarks)
    torch.testing.assert_close(after - before, torch.tensor([3.0] * 5 + [0.0] * 5).view(1, 10, 1).expand(1, 10, 32))


def test_a_narrow_scale_is_added_to_the_wide_one():
    block = PyramidBlock(2, (8, 4), 2, 0.0, query_projection=False, reintegration=False)
    torch.nn.init.zeros_(block.widen[0].weight)
    torch.nn.init.constant_(block.widen[0].bias, 2.0)
    wide, narrow = torch.randn(1, 4, 8), torch.randn(1, 4, 4)
    out = block([wide, narrow])
    torch.testing.assert_close(out[0], block.fusions[0](wide) + 2)
    torch.testing.assert_close(out[1], block.fusions[1](narrow))


def test_drop_path_grows_linearly_with_depth():
    neck = MCM(4, embed_dims=32, landmark_channels=32, grid=2, drop_path=0.3)
    rates = [[fusion.drop_path.drop_prob for fusion in block.fusions] for block in neck.blocks]
    torch.testing.assert_close(torch.tensor(rates), torch.tensor([0.0, 0.1, 0.2, 0.3])[:, None].expand(4, 3))


def test_drop_path_drops_attention_and_mlp_in_training_alone():
    block = CrossFusionBlock(2, 8, 2, 1.0, query_projection=False, reintegration=False)
    tokens = torch.randn(3, 4, 8)
    assert torch.equal(block.train()(tokens), tokens)
    assert not torch.allclose(block.eval()(tokens)[:, :2], tokens[:, :2])


def test_the_pyramid_is_added_from_the_narrowest_scale_up():
    block = PyramidBlock(2, (16, 8, 4), 2, 0.0, query_projection=False, reintegration=False)
    pyramid = [torch.randn(1, 4, width) for width in (16, 8, 4)]
    wide, middle, narrow = (fusion(tokens) for fusion, tokens in zip(block.fusions, pyramid, strict=True))
    middle = middle + block.widen[1](narrow)
    for out, expected in zip(block(pyramid), (wide + block.widen[0](middle), middle, narrow), strict=True):
        torch.testing.assert_close(out, expected)


def test_scalar_residuals_and_projection_of_a_block():
    block = CrossFusionBlock(2, 8, 2, 0.0, query_projection=True, reintegration=True)
    assert [block.mlp.fc1.out_features, block.scale.item(), block.norm1.eps] == [16, 1, 1e-6]
    assert isinstance(block.attn.q, torch.nn.Linear)
    assert isinstance(CrossFusionBlock(2, 8, 2, 0.0, query_projection=False, reintegration=True).attn.q, torch.nn.Identity)
    torch.nn.init.constant_(block.scale, 0.5)
    tokens = torch.randn(1, 4, 8)
    landmarks = tokens[:, 2:]
    attended = tokens[:, :2] + block.attn(*block.norm1(tokens).chunk(2, 1))
    fused = attended + block.mlp(block.norm2(attended))
    torch.testing.assert_close(block(tokens), block.conv(torch.cat([fused, 0.5 * landmarks], 1)))


def test_first_weights_are_identities_and_means():
    neck = MCM(1, embed_dims=32, landmark_channels=32, grid=2)
    neck.init_weights()
    tokens = torch.randn(1, 10, 32)
    torch.testing.assert_close(neck.narrow[1](tokens), tokens.unflatten(2, (8, 4)).mean(3))
