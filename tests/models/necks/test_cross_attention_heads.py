import math

import pytest
import torch

from ofer.models.necks.cross_attention_heads import CrossAttentionHeads, fuse_heads
from ofer.registry import MODELS


def test_fusion_by_hand():
    # channel 0: heads 0 and log 3: softmax 1/4, 3/4; channel 1: heads agree: 1/2, 1/2
    vectors = torch.tensor([[[0.0, 5.0], [math.log(3), 5.0]]])
    expected = [math.log(1 / 4) + math.log(3 / 4), 2 * math.log(1 / 2)]
    torch.testing.assert_close(fuse_heads(vectors), torch.tensor([expected]))


def test_fusion_is_largest_where_heads_agree_and_knows_no_order():
    vectors = torch.randn(3, 4, 5)
    assert (fuse_heads(vectors) <= -4 * math.log(4) + 1e-5).all()
    torch.testing.assert_close(fuse_heads(torch.full((1, 4, 2), 7.0)), torch.full((1, 2), -4 * math.log(4)))
    torch.testing.assert_close(fuse_heads(vectors[:, [2, 0, 3, 1]]), fuse_heads(vectors))
    assert torch.equal(fuse_heads(vectors[:, :1]), vectors[:, 0])
    assert torch.autograd.gradcheck(fuse_heads, torch.randn(2, 3, 4, dtype=torch.double, requires_grad=True))


def test_a_heads_vector_is_the_mean_over_its_map():
    neck = MODELS.build(dict(type='CrossAttentionHeads', channels=8, num_heads=2, reduction=4)).eval()
    x = torch.rand(3, 8, 5, 4)
    vectors, weights = neck.attend(x)
    assert vectors.shape == (3, 2, 8)
    assert weights.shape == (3, 2, 5, 4)
    assert (weights >= 0).all()
    head = neck.heads[1]
    torch.testing.assert_close(vectors[:, 1], (head.ca(x) * weights[:, 1:2]).mean((2, 3)))
    torch.testing.assert_close(neck((x,))[-1], neck.fuse(vectors))


def test_normalisation_is_over_the_batch_and_can_be_left_out():
    vectors = torch.randn(16, 4, 8) * 300
    fused = CrossAttentionHeads(channels=8, reduction=2).train().fuse(vectors)
    torch.testing.assert_close(fused.mean(0), torch.zeros(8), atol=1e-5, rtol=0)
    torch.testing.assert_close(fused.var(0, unbiased=False), torch.ones(8), atol=1e-4, rtol=0)
    assert torch.equal(CrossAttentionHeads(channels=8, reduction=2, normalize=False).fuse(vectors), fuse_heads(vectors))


def test_a_reduction_to_nothing_is_refused():
    with pytest.raises(ValueError, match='reduction=16'):
        CrossAttentionHeads(channels=8)


def test_a_head_by_hand():
    """Channels weighted by their means, then places by three convolutions of the weighted map."""
    torch.manual_seed(0)
    neck = CrossAttentionHeads(channels=8, num_heads=1, reduction=4).train()
    x = torch.randn(6, 8, 5, 4)
    neck.attend(x)  # statistics
    neck.eval()
    (vectors, weights), head = neck.attend(x), neck.heads[0]
    weighted = x * head.ca.attention(x.mean((2, 3)))[:, :, None, None]
    half = head.sa.conv1x1(weighted)
    maps = (head.sa.conv_3x3(half) + head.sa.conv_1x3(half) + head.sa.conv_3x1(half)).clamp(min=0).sum(1)
    torch.testing.assert_close(weights[:, 0], maps)
    torch.testing.assert_close(vectors[:, 0], (weighted * maps[:, None]).mean((2, 3)))
