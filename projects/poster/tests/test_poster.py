"""POSTER: the published network to its frozen numbers, and the block by a plain computation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from ofer_poster import TwoWayFusionBlock

import ofer
from ofer import compat
from ofer.registry import MODELS


def test_frozen_numbers(converted: Callable, close: Callable) -> None:
    model, inputs, frozen = converted('poster', 'poster_large_7cls')
    with torch.no_grad():
        (features,) = model.backbone(inputs)
        close(features.reshape(2, 49, 1024)[:, ::4, ::4], frozen['backbone_tokens'])
        priors = model.precompute(inputs)['priors']
        close(priors['landmarks'][:, ::4], frozen['landmark_features'])
        close(model.landmark_prior.predict(model.pixels(inputs)).flatten(1), frozen['landmarks'])
        image = model.image_features(inputs, priors)
        close(image.flatten(2).transpose(1, 2)[:, :, ::4], frozen['image_tokens'])
        large, middle, small = model.interaction.blocks[0](model.interaction._pyramid(image, priors['landmarks']))
        close(large[:, ::2, ::4], frozen['block0_large'])
        close(middle[:, ::2, ::4], frozen['block0_middle'])
        close(small[:, ::2], frozen['block0_small'])
        feats = model.extract_feat(inputs, priors)
        close(feats[0], frozen['fused'])
        close(model.head.pre_logits(feats), frozen['embedding'])
        close(model(inputs, mode='tensor'), frozen['logits'])


def test_the_network_of_rafdb_sees_bgr(published_file: Callable, shared: Path) -> None:
    """And so does the config: the converted file fits it, and both compute the same."""
    path = published_file('poster', 'poster_large_7cls', labels='rafdb')
    stated, ours = ofer.get_model(compat.load_checkpoint(path)['meta'], path), ofer.get_model('poster_rafdb', path)
    image = torch.randint(256, (1, 3, 224, 224), dtype=torch.uint8)
    with torch.no_grad():
        inputs = [model.data_preprocessor({'inputs': image})['inputs'] for model in (stated, ours)]
        torch.testing.assert_close(inputs[0][:, 0], (image[:, 2] - 123.675) / 58.395)
        torch.testing.assert_close(inputs[1], inputs[0])
        outputs = [model(inputs[0], mode='tensor') for model in (stated, ours)]
        torch.testing.assert_close(outputs[1], outputs[0])
        torch.testing.assert_close(
            stated.landmark_prior.input_format.convert(stated.pixels(inputs[0])), inputs[0][..., ::2, ::2], atol=1e-5, rtol=0
        )


def test_both_streams_read_the_inputs_of_the_block() -> None:
    torch.manual_seed(0)
    block = TwoWayFusionBlock(3, 8, 2, 0.0, query_projection=False, reintegration=False).eval()
    tokens = torch.randn(2, 6, 8)
    image, landmarks = tokens[:, :3], tokens[:, 3:]

    def attend(attention: Any, of: torch.Tensor, query: torch.Tensor) -> torch.Tensor:
        key, value = attention.kv(of).chunk(2, -1)
        heads = []
        for part in (slice(0, 4), slice(4, 8)):  # two heads of four channels
            weights = (query[..., part] @ key[..., part].transpose(1, 2) / 2).softmax(-1)
            heads.append(weights @ value[..., part])
        return attention.proj(torch.cat(heads, -1))

    new_image = image + attend(block.attn, block.norm1(image), block.norm1(landmarks))
    new_landmarks = landmarks + attend(block.landmark_attn, block.norm3(landmarks), block.norm3(image))
    new_image = new_image + block.mlp(block.norm2(new_image))
    new_landmarks = new_landmarks + block.landmark_mlp(block.norm4(new_landmarks))
    torch.testing.assert_close(block(tokens), torch.cat([new_image, new_landmarks], 1))


@pytest.mark.parametrize('reintegration', [True, False])
def test_the_network_of_affectnet_has_no_convolution_over_tokens(reintegration: bool) -> None:
    module = MODELS.build(
        dict(
            type='TwoWayMCM',
            size=1,
            embed_dims=16,
            landmark_channels=16,
            grid=2,
            num_heads=2,
            query_projection=False,
            reintegration=reintegration,
        )
    )
    assert any('conv' in name for name, _ in module.blocks.named_parameters()) == reintegration
    module.init_weights()
    out = module(torch.randn(2, 16, 2, 2), torch.randn(2, 16, 2, 2, requires_grad=True))
    assert out.shape == (2, 16)
    weights = module.attention(torch.randn(2, 16, 2, 2), torch.randn(2, 16, 2, 2))
    torch.testing.assert_close(weights.sum((1, 2)), torch.ones(2))


def test_landmarks_learn_from_the_image() -> None:
    """Which is what ORSANet's module leaves out: here the landmark stream of a block depends on the image."""
    block = TwoWayFusionBlock(2, 8, 2, 0.0, query_projection=False, reintegration=False)
    image = torch.randn(1, 2, 8, requires_grad=True)
    block(torch.cat([image, torch.randn(1, 2, 8)], 1))[:, 2:].sum().backward()
    assert image.grad.abs().sum() > 0
