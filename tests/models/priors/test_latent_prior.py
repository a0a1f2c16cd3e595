"""Latents of a masked autoencoder's encoder, frozen, and the same network trained further."""

from pathlib import Path

import pytest
import torch

from ofer.registry import MODELS

VIT = dict(type='MaskedViT', img_size=16, patch_size=4, embed_dims=12, depth=1, num_heads=2)
PREPROCESSOR = dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False)


def autoencoder() -> torch.nn.Module:
    decoder = dict(type='MaskedViTDecoder', grid=4, patch_size=4, in_dims=12, embed_dims=8, depth=1, num_heads=2)
    return MODELS.build(
        dict(type='MaskedAutoencoder', encoder=VIT, decoder=decoder, loss=dict(type='MaskedPatchLoss'), data_preprocessor=PREPROCESSOR)
    )


def test_an_autoencoders_checkpoint_gives_the_latents_of_a_prior_and_of_a_trained_encoder(tmp_path: Path) -> None:
    model = autoencoder().eval()
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'mae.pth')
    file = str(tmp_path / 'mae.pth')
    prior = MODELS.build(dict(type='LatentPrior', network=VIT, input_format=dict(size=16), checkpoint=file))
    encoder = dict(**VIT, init_cfg=dict(type='Pretrained', checkpoint=file, prefix='encoder'))
    svdd = dict(type='ViTSVDD', in_channels=12)
    detector = MODELS.build(dict(type='OcclusionDetector', data_preprocessor=PREPROCESSOR, encoder=encoder, detector=svdd)).eval()
    prior.init_weights()
    detector.init_weights()
    pixels = torch.randint(0, 256, (2, 3, 16, 16), generator=torch.Generator().manual_seed(0))
    inputs = model.data_preprocessor(dict(inputs=list(pixels)))['inputs']
    expected = model.latents(inputs)
    out = prior(pixels / 255)
    assert out.shape == (2, 12, 4, 4)
    assert torch.allclose(out[:, :, 1, 2], expected[:, 6], atol=1e-5)
    assert torch.allclose(detector.features(inputs), out, atol=1e-5)
    assert not out.requires_grad
    assert detector.features(inputs).requires_grad
    assert prior.predict(pixels / 255).shape == (2, 4, 4)


def test_weights_that_are_missing() -> None:
    with pytest.raises(FileNotFoundError, match='latent_ofer_mae'):
        MODELS.build(dict(type='LatentPrior', network=VIT, checkpoint='nowhere.pth')).init_weights()


def test_reads_the_encoder_that_a_detector_was_trained_with(tmp_path: Path) -> None:
    encoder = dict(type='ConvStemViT', img_size=16, widths=(2, 2, 2), embed_dims=4, depth=1, num_heads=1)
    detector = dict(type='ViTSVDD', in_channels=4, classifies=True)
    model = MODELS.build(dict(type='OcclusionDetector', data_preprocessor=PREPROCESSOR, encoder=encoder, detector=detector)).eval()
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'detector.pth')
    prior = MODELS.build(dict(type='LatentPrior', network=encoder, input_format=dict(size=16), checkpoint=str(tmp_path / 'detector.pth')))
    prior.init_weights()
    pixels = torch.rand(2, 3, 16, 16)
    inputs = (255 * pixels - model.data_preprocessor.mean) / model.data_preprocessor.std
    assert torch.allclose(prior(pixels), model.features(inputs), atol=1e-5)


def test_narrowed_latents_are_the_decoders_first_layer_on_the_encoders(tmp_path: Path) -> None:
    model = autoencoder().eval()
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'mae.pth')
    config = dict(type='NarrowedLatentPrior', network=VIT, out_dims=8, input_format=dict(size=16), checkpoint=str(tmp_path / 'mae.pth'))
    prior = MODELS.build(config)
    prior.init_weights()
    pixels = torch.randint(0, 256, (2, 3, 16, 16), generator=torch.Generator().manual_seed(0))
    inputs = model.data_preprocessor(dict(inputs=list(pixels)))['inputs']
    expected = model.decoder.embed(model.encoder(inputs))[:, 1:]
    out = prior.latents(pixels / 255)
    torch.testing.assert_close(out, expected, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(prior(pixels / 255)[:, :, 1, 2], expected[:, 6], atol=1e-5, rtol=1e-4)
    assert prior.out_channels == out.shape[2] == 8
    assert not out.requires_grad
    mask = torch.zeros(2, 16, dtype=torch.bool)
    mask[0, 3] = True
    assert (prior.latents(pixels / 255, mask)[0, 3] == 0).all()
    assert (prior.latents(pixels / 255, mask)[1, 3] != 0).any()
