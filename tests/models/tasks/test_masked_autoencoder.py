"""Training, latents and painting of the masked autoencoder."""

from pathlib import Path

import pytest
import torch
from torch import nn

from ofer.models.layers.patches import mask_to_pixels, patchify
from ofer.models.tasks.masked_autoencoder import borrowed_statistics, normalize_patches
from ofer.registry import MODELS
from ofer.structures import FaceSample


def build(**changes: object) -> nn.Module:
    torch.manual_seed(0)
    config = dict(
        type='MaskedAutoencoder',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[120, 120, 120], std=[60, 60, 60], to_rgb=False),
        encoder=dict(type='MaskedViT', img_size=16, patch_size=4, embed_dims=16, depth=1, num_heads=2),
        decoder=dict(type='MaskedViTDecoder', grid=4, patch_size=4, in_dims=16, embed_dims=16, depth=1, num_heads=2),
        loss=dict(type='MaskedPatchLoss'),
    )
    return MODELS.build({**config, **changes}).eval()


def images(n: int = 3) -> torch.Tensor:
    return torch.randn(n, 3, 16, 16, generator=torch.Generator().manual_seed(1))


def masks() -> torch.Tensor:
    """None, all, and some hidden."""
    mask = torch.zeros(3, 16).bool()
    mask[1], mask[2, 3:9] = True, True
    return mask


@pytest.mark.parametrize('norm_pix', [False, True])
def test_visible_pixels_stay_and_hidden_ones_are_not_read(norm_pix: bool) -> None:
    model, x, mask = build(norm_pix=norm_pix), images(), masks()
    out = model.reconstruct(x, mask)
    hidden = mask_to_pixels(mask, 4).expand_as(x)
    assert out.isfinite().all()
    assert torch.equal(out[~hidden], x[~hidden])
    changed = torch.where(hidden, torch.full_like(x, 5.0), x)
    assert torch.allclose(model.reconstruct(changed, mask), out, atol=1e-5)
    assert torch.allclose(model.reconstruct(x[2:], mask[2:]), out[2:], atol=1e-5)


def test_what_a_file_says_of_normalised_patches_stands() -> None:
    taught, reader = build(norm_pix=True), build()
    x, mask = images(), masks()
    assert not torch.allclose(reader.reconstruct(x, mask), taught.reconstruct(x, mask))
    reader.load_state_dict(taught.state_dict())
    assert torch.equal(reader.reconstruct(x, mask), taught.reconstruct(x, mask))


def test_a_preprocessor_that_cannot_be_undone() -> None:
    with pytest.raises(ValueError, match='MaskedAutoencoder has no mean and std'):
        build(data_preprocessor=dict(type='ClsDataPreprocessor'))


def test_latents_of_all_and_of_visible_patches() -> None:
    model, x, mask = build(), images(), masks()
    assert model.latents(x).shape == (3, 16, 16)
    assert torch.allclose(model.latents(x, mask)[0], model.latents(x)[0], atol=1e-5)
    assert (model.latents(x, mask)[2, 3:9] == 0).all()


def test_borrowed_statistics_by_hand() -> None:
    # Four patches with means 1, 2, 3 and one hidden, variance 2 of each pair. With a short reach the hidden one, bottom right, borrows from
    # its two equally near neighbours (means 2 and 3) alone.
    patches = torch.tensor([[[0.0, 2.0], [1.0, 3.0], [2.0, 4.0], [99.0, -99.0]]])
    mean, deviation = borrowed_statistics(patches, torch.tensor([[False, False, False, True]]), reach=0.1)
    assert mean[0, 3, 0] == pytest.approx(2.5)
    assert deviation[0, 3, 0] == pytest.approx(2**0.5)
    mean, deviation = borrowed_statistics(patches, torch.ones(1, 4).bool())
    assert mean.flatten().tolist() == [0] * 4
    assert deviation.flatten().tolist() == [1] * 4


def test_normalised_patches() -> None:
    out = normalize_patches(torch.tensor([[1.0, 3.0], [5.0, 5.0]]))
    assert out[0].tolist() == pytest.approx([-(0.5**0.5), 0.5**0.5], abs=1e-5)
    assert out[1].tolist() == [0, 0]


def test_a_normalised_prediction_is_painted_with_borrowed_mean_and_deviation() -> None:
    model, x, mask = build(norm_pix=True), images() + 3, masks()
    model.predict_patches = lambda inputs, mask: torch.full((3, 16, 48), 0.5)
    mean, deviation = borrowed_statistics(patchify(x, 4), mask)
    painted = patchify(model.reconstruct(x, mask), 4)
    torch.testing.assert_close(painted[mask], (mean + 0.5 * deviation).expand(-1, -1, 48)[mask])


def test_a_perfect_normalised_prediction_has_no_loss() -> None:
    model, x, mask = build(norm_pix=True), images(), masks()
    model.predict_patches = lambda inputs, mask: normalize_patches(patchify(inputs, 4))
    assert model(x, mode='loss', mask=mask)['loss'] < 1e-10
    assert build()(x, mode='loss', mask=mask)['loss'] > 0.1


@pytest.mark.parametrize('norm_pix', [False, True])
def test_learns_a_batch_by_heart(norm_pix: bool) -> None:
    model, x, mask = build(norm_pix=norm_pix).train(), images(), masks()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(30):
        loss = model(x, mode='loss', mask=mask)['loss']
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_training_masks_follow_the_seed() -> None:
    model, x = build(), images()
    torch.manual_seed(3)
    first = model(x, mode='loss')['loss']
    second = model(x, mode='loss')['loss']
    torch.manual_seed(3)
    assert torch.equal(model(x, mode='loss')['loss'], first)
    assert not torch.equal(first, second)


def test_prediction_hides_what_was_flagged_or_what_the_index_says() -> None:
    model, x = build(mask_ratio=0.5), images()
    flagged = torch.zeros(4, 4).bool()
    flagged[1, 2] = True
    samples = [FaceSample(pred_occlusion=flagged), FaceSample(), FaceSample()]
    for sample, index in zip(samples[1:], (7, 8), strict=True):
        sample.set_metainfo(dict(sample_idx=index))
    out = model(x, samples, mode='predict')
    assert torch.equal(out[0].hidden_patches, flagged)
    assert [int(sample.hidden_patches.sum()) for sample in out] == [1, 8, 8]
    assert out[0].pred_image.shape == (3, 16, 16)
    assert 0 <= out[0].pred_image.min() <= out[0].pred_image.max() <= 1
    alone = FaceSample()
    alone.set_metainfo(dict(sample_idx=8))
    assert torch.equal(model(x[:1], [alone], mode='predict')[0].hidden_patches, out[2].hidden_patches)
    assert not torch.equal(out[1].hidden_patches, out[2].hidden_patches)


def test_bad_calls() -> None:
    model = build()
    with pytest.raises(ValueError, match='tensor, loss or predict'):
        model(images(), mode='train')
    with pytest.raises(ValueError, match='4x4 patches'):
        model.reconstruct(images(), torch.zeros(3, 9).bool())
    with pytest.raises(ValueError, match='4x4 patches'):
        model(images(1), [FaceSample(pred_occlusion=torch.zeros(2, 2).bool())], mode='predict')
    with pytest.raises(ValueError, match='mask_ratio'):
        build(mask_ratio=2)


def test_weights_come_from_its_own_file(tmp_path: Path) -> None:
    trained = build()
    torch.save({'state_dict': trained.state_dict(), 'meta': {}}, tmp_path / 'mae.pth')
    model = build(checkpoint=str(tmp_path / 'mae.pth'))
    model.init_weights()
    read = model.state_dict()
    for name, value in trained.state_dict().items():
        assert torch.equal(read[name], value), name
    with pytest.raises(FileNotFoundError, match=r'nothing.pth: the weights of MaskedAutoencoder are missing. Train a masked autoencoder'):
        build(checkpoint=str(tmp_path / 'nothing.pth')).init_weights()


def test_a_hole_is_what_training_hides_and_the_true_image_its_target() -> None:
    model, x = build(), images(2)
    hole = torch.zeros(16, 16, dtype=torch.bool)
    hole[4:8, :8] = True  # two patches
    samples = [FaceSample() for _ in range(2)]
    for sample in samples:
        sample.hole = hole
        sample.gt_image = torch.full((3, 16, 16), 180, dtype=torch.uint8)  # 1 after normalisation
    mask = torch.zeros(2, 16, dtype=torch.bool)
    mask[:, 4:6] = True
    expected = model.loss(model.predict_patches(x, mask), torch.ones(2, 16, 48), mask)
    torch.testing.assert_close(model(x, samples, mode='loss')['loss'], expected)
    samples[1].pop('gt_image')  # its own image is the target
    target = torch.stack([torch.ones(16, 48), patchify(x, 4)[1]])
    torch.testing.assert_close(model(x, samples, mode='loss')['loss'], model.loss(model.predict_patches(x, mask), target, mask))
