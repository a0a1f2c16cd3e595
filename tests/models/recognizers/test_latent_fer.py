"""LatentFER with a tiny CNN and a stand-in encoder; the published network is checked against the frozen numbers elsewhere."""

import pytest
import torch
from torch import nn

import ofer
from ofer.models.recognizers.latent_fer import occlusion_mask
from ofer.registry import MODELS
from ofer.structures import FaceSample

GRID, DIMS = 4, 6


class PatchMeans(nn.Module):
    """A stand-in encoder: colours of the patches through one layer; keeps what it saw. Dropout, because a frozen one has none."""

    def __init__(self):
        super().__init__()
        self.proj, self.drop, self.seen = nn.Linear(3, DIMS), nn.Dropout(0.5), []

    def latents(self, pixels, mask=None):
        self.seen.append((pixels, mask))
        colours = nn.functional.adaptive_avg_pool2d(pixels, GRID).flatten(2).transpose(1, 2)
        return self.drop(self.proj(colours))


@pytest.fixture(autouse=True)
def stand_in():
    MODELS.register_module(name='PatchMeans', module=PatchMeans, force=True)
    yield
    MODELS.module_dict.pop('PatchMeans')


PREPROCESSOR = dict(type='ClsDataPreprocessor', mean=[120.0, 110.0, 100.0], std=[60.0, 50.0, 40.0], to_rgb=False, num_classes=3)
MODEL = dict(
    type='LatentFER',
    data_preprocessor=PREPROCESSOR,
    backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='CrossAttentionHeads', channels=32, num_heads=2, reduction=4),
    latents='selected',
    encoder=dict(type='PatchMeans'),
    embed=dict(type='LatentMLP', in_dims=DIMS, grid=GRID, place_dims=3, out_channels=8),
    head=dict(type='LinearClsHead', num_classes=3, in_channels=40, loss=dict(type='CrossEntropyLoss')),
)


def build(in_channels=40, **changes):
    torch.manual_seed(0)
    model = {**MODEL, 'head': {**MODEL['head'], 'in_channels': in_channels}, **changes}
    return MODELS.build({key: value for key, value in model.items() if value is not None})


ROWS = dict(
    selected=dict(),
    full=dict(latents='full'),
    none=dict(latents='none', encoder=None, embed=None, in_channels=32),
    selected_alone=dict(image_feature=False, in_channels=8),
    full_alone=dict(latents='full', image_feature=False, in_channels=8),
)
every_row = pytest.mark.parametrize('row', ROWS)


def samples(n, occluded=None):
    found = [FaceSample().set_gt_label(i % 3) for i in range(n)]
    for i, mask in enumerate([] if occluded is None else occluded):
        found[i].pred_occlusion = mask.view(GRID, GRID)
    return found


@every_row
def test_three_modes(row):
    model, x = build(**ROWS[row]).eval(), torch.randn(3, 3, 32, 32)
    logits = model(x, mode='tensor')
    assert logits.shape == (3, 3)
    assert model(x, samples(3), mode='loss')['loss'].ndim == 0
    seen = model(x, samples(3), mode='predict')
    torch.testing.assert_close(torch.stack([s.pred_score for s in seen]), logits.softmax(1))
    assert all(s.activation_map.shape == (GRID, GRID) for s in seen)
    used = {'none': None, 'full': GRID**2}.get(row.removesuffix('_alone'), GRID**2 // 2)
    assert [int(s.chosen.sum()) if 'chosen' in s else None for s in seen] == [used] * 3
    assert len(model(x, mode='predict')) == 3
    with pytest.raises(ValueError, match='mode'):
        model(x, mode='embed')


@every_row
def test_what_is_frozen_stays_and_what_is_trained_learns(row):
    model = build(**ROWS[row]).train()
    frozen = [getattr(model, name) for name in ('encoder',) if getattr(model, name) is not None]
    if row.endswith('alone'):
        frozen += [model.backbone, model.neck]
    before = [{name: value.clone() for name, value in part.state_dict().items()} for part in frozen]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.randn(4, 3, 32, 32), samples(4), mode='loss')['loss'].backward()
    optimizer.step()
    for part, old in zip(frozen, before, strict=True):
        assert not any(module.training for module in part.modules())
        assert all(torch.equal(value, old[name]) for name, value in part.state_dict().items())  # BatchNorm's statistics too
    assert not [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]


def test_the_encoder_sees_pixels_and_runs_once_where_its_latents_are_handed_on():
    model, image = build().eval(), torch.rand(2, 3, 32, 32)
    inputs = model.data_preprocessor(dict(inputs=list((image * 255).round().to(torch.uint8)), data_samples=samples(2)))['inputs']
    extra = model.precompute(inputs)
    assert extra['vit_latents'].shape == (2, GRID**2, DIMS)
    assert not extra['vit_latents'].requires_grad
    torch.testing.assert_close(model.encoder.seen[0][0], image, atol=1 / 255, rtol=0)
    torch.testing.assert_close(model(inputs, **extra), model(inputs))
    assert len(model.encoder.seen) == 2  # precompute, and the call without it
    assert build(**ROWS['none']).precompute(inputs) == {}


@pytest.mark.parametrize('row', ['selected', 'full', 'selected_alone', 'full_alone'])
def test_latents_of_occluded_patches_are_never_used(row):
    model, x = build(**ROWS[row]).eval(), torch.randn(4, 3, 32, 32)
    occluded = torch.rand(4, GRID**2, generator=torch.Generator().manual_seed(3)) < 0.5
    occluded[1], occluded[2] = True, False
    latents = model.precompute(x)['vit_latents']
    noisy = torch.where(occluded[..., None], torch.randn_like(latents) * 100, latents)
    torch.testing.assert_close(model(x, samples(4, occluded), vit_latents=noisy), model(x, samples(4, occluded), vit_latents=latents))
    seen = model(x, samples(4, occluded), mode='predict', vit_latents=latents)
    chosen = torch.stack([s.chosen.flatten() for s in seen])
    assert not (chosen & occluded).any()
    assert not chosen[1].any()
    assert chosen[2].any()


def test_without_any_latent_the_image_decides():
    model, x = build().eval(), torch.randn(2, 3, 32, 32)
    everything = torch.ones(2, GRID**2, dtype=torch.bool)
    feature, _, _ = model.extract_feat(x, torch.randn(2, GRID**2, DIMS), everything)
    torch.testing.assert_close(feature, torch.cat([model.image_features(x)[0], torch.zeros(2, 8)], 1))


def test_the_encoder_is_told_what_is_occluded():
    model, occluded = build().eval(), torch.rand(2, GRID**2) < 0.5
    model(torch.randn(2, 3, 32, 32), samples(2, occluded))
    assert torch.equal(model.encoder.seen[0][1], occluded)


def test_occlusion_of_a_batch():
    cpu, mask = torch.device('cpu'), torch.tensor([[True, False], [False, False]])
    some = [FaceSample(), FaceSample(pred_occlusion=mask)]
    assert occlusion_mask(some, cpu).tolist() == [[False] * 4, [True, False, False, False]]
    assert occlusion_mask([FaceSample(), FaceSample(pred_occlusion=mask.numpy())], cpu).tolist() == occlusion_mask(some, cpu).tolist()
    assert occlusion_mask(some[:1], cpu) is None
    assert occlusion_mask(None, cpu) is None
    with pytest.raises(ValueError, match='different sizes'):
        occlusion_mask([*some, FaceSample(pred_occlusion=torch.zeros(3, 3, dtype=torch.bool))], cpu)


def test_masks_and_latents_that_do_not_fit_are_named():
    x = torch.randn(2, 3, 32, 32)
    for row in ('selected', 'full'):
        small = [FaceSample(pred_occlusion=torch.zeros(3, 3, dtype=torch.bool)) for _ in range(2)]
        with pytest.raises(ValueError, match=r'\(2, 9\), expected bool \(2, 16\)'):
            build(**ROWS[row])(x, small)
    with pytest.raises(ValueError, match=r'\(2, 9, 6\), expected \(N, 16, 6\)'):
        build()(x, vit_latents=torch.randn(2, 9, DIMS))


def test_latents_may_be_handed_in_by_others_alone():
    model, x = build(encoder=None).eval(), torch.randn(2, 3, 32, 32)
    assert model(x, vit_latents=torch.randn(2, GRID**2, DIMS)).shape == (2, 3)
    with pytest.raises(ValueError, match='no encoder'):
        model(x)


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(latents='half'), "'half' is unknown"),
        (dict(latents='none'), 'neither encoder nor embed'),
        (dict(embed=None), 'embed is needed'),
        (dict(latents='none', encoder=None, embed=None, image_feature=False), 'nothing to classify'),
        (dict(data_preprocessor=dict(type='ClsDataPreprocessor')), 'no mean'),
        (dict(data_preprocessor={**PREPROCESSOR, 'to_rgb': True}), 'to_rgb'),
    ],
)
def test_bad_arguments_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        build(**changes)


def test_a_masked_autoencoders_latents_serve():
    prior = dict(
        type='LatentPrior',
        network=dict(type='MaskedViT', img_size=16, patch_size=4, embed_dims=8, depth=1, num_heads=2),
        input_format=dict(size=16),
    )
    model = build(encoder=prior, embed={**MODEL['embed'], 'in_dims': 8}).eval()
    occluded = torch.zeros(2, GRID**2, dtype=torch.bool)
    occluded[0, :5] = True
    latents = model.precompute(torch.randn(2, 3, 32, 32), samples(2, occluded))['vit_latents']
    assert torch.equal(latents.abs().sum(-1) == 0, occluded)
    pixels = torch.rand(1, 3, 32, 32)
    maps = model.encoder(pixels)  # what a prior gives: a map, row by row
    torch.testing.assert_close(model.encoder.latents(pixels), maps.flatten(2).transpose(1, 2))


def test_latents_alone_are_selected_by_a_cnn_that_was_trained(tmp_path):
    with pytest.raises(ValueError, match='cnn_checkpoint'):
        build(**ROWS['selected_alone']).init_weights()
    build(**ROWS['full_alone']).init_weights()  # takes all: nothing selects
    trained = build()
    torch.nn.init.normal_(next(trained.neck.parameters()))
    torch.save(dict(state_dict=trained.state_dict()), tmp_path / 'trained.pth')
    model = build(**ROWS['selected_alone'], cnn_checkpoint=str(tmp_path / 'trained.pth'))
    torch.nn.init.zeros_(next(model.neck.parameters()))
    model.init_weights()
    x = torch.randn(2, 3, 32, 32)
    for part in ('backbone', 'neck'):
        ours, theirs = getattr(model, part).state_dict(), getattr(trained, part).state_dict()
        assert all(torch.equal(value, theirs[name]) for name, value in ours.items())
    chosen = [torch.stack([sample.chosen for sample in net.eval()(x, mode='predict')]) for net in (model, trained)]
    assert torch.equal(*chosen)
    with pytest.raises(FileNotFoundError, match='with its image feature first'):
        build(**ROWS['selected_alone'], cnn_checkpoint='nowhere.pth').init_weights()


def test_a_file_without_the_encoder_takes_it_from_its_own(tmp_path):
    """As the published recognition network, whose file holds no autoencoder."""
    vit = dict(type='MaskedViT', img_size=32, patch_size=8, embed_dims=DIMS * 2, depth=1, num_heads=2)
    mae = dict(
        type='MaskedAutoencoder',
        data_preprocessor=PREPROCESSOR,
        encoder=vit,
        decoder=dict(type='MaskedViTDecoder', grid=4, patch_size=8, in_dims=DIMS * 2, embed_dims=8, depth=1, num_heads=2),
        loss=dict(type='MaskedPatchLoss'),
    )
    autoencoder = MODELS.build(mae)
    torch.save(dict(state_dict=autoencoder.state_dict()), tmp_path / 'mae.pth')
    encoder = dict(type='NarrowedLatentPrior', network=vit, out_dims=8, input_format=dict(size=32), checkpoint=str(tmp_path / 'mae.pth'))
    embed = dict(type='LatentBoxMLP', in_dims=8, grid=4, places=[5, 6, 9], widths=(6, 5, 4, 8))
    given = dict(latents='full', encoder=encoder, embed=embed)
    whole = build(**given)
    state = {name: value for name, value in whole.state_dict().items() if not name.startswith('encoder.')}
    torch.save(dict(state_dict=state), tmp_path / 'published.pth')
    model = ofer.get_model(dict(model={**MODEL, **given}), tmp_path / 'published.pth')
    assert torch.equal(model.encoder.narrow.weight, autoencoder.decoder.embed.weight)
    assert torch.equal(model.encoder.network.cls_token, autoencoder.encoder.cls_token)
    x = torch.randn(2, 3, 32, 32)
    latents = autoencoder.decoder.embed(autoencoder.eval().encoder(model.encoder.input_format.convert(model.pixels(x))))[:, 1:]
    torch.testing.assert_close(model(x, mode='tensor'), model(x, mode='tensor', vit_latents=latents))
    (tmp_path / 'mae.pth').unlink()
    with pytest.raises(FileNotFoundError, match=r'mae\.pth.*masked autoencoder'):
        ofer.get_model(dict(model={**MODEL, **given}), tmp_path / 'published.pth')
    torch.save(dict(state_dict={**state, 'encoder.narrow.bias': torch.zeros(8)}), tmp_path / 'part.pth')
    with pytest.raises(ValueError, match=r'missing: encoder\.'):
        ofer.get_model(dict(model={**MODEL, **given}), tmp_path / 'part.pth')
