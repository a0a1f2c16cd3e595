"""Published names to ours: what is mapped, what is dropped and why, what does not fit."""

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

from ofer.categories import EXPRESSIONS_7, EXPRESSIONS_8
from ofer.convert.label_orders import LABEL_ORDERS
from ofer.convert.published import KINDS, convert, tensors_in
from ofer.convert.renaming import Layout, report, translate
from ofer.registry import MODELS

TOKENS = ('background', 'face', 'leftbro', 'rightbro', 'lefteye', 'righteye', 'nose', 'upperlip', 'innermouth', 'lowerlip', 'hair')


@pytest.fixture(scope='module')
def landmarks() -> dict[str, torch.Tensor]:
    return MODELS.build(dict(type='MobileFaceNet')).state_dict()


def published_ir50(fourth_stage: bool) -> dict[str, torch.Tensor]:
    """A face recogniser's file: three stages that we use, maybe a fourth, and the embedding layer."""
    state = MODELS.build(dict(type='IRNet')).state_dict()
    if fourth_stage:
        big = dict(stem=64, units=(3, 4, 14, 3), channels=(64, 128, 256, 512))
        state = MODELS.build(dict(type='IRNet', arch=big)).state_dict()
    norms = {f'output_layer.{i}.{name}': torch.ones(512) for i in (0, 4) for name in ('weight', 'bias', 'running_mean', 'running_var')}
    counters = {f'output_layer.{i}.num_batches_tracked': torch.tensor(0) for i in (0, 4)}
    return state | norms | counters | {'output_layer.3.weight': torch.empty(512, 25088), 'output_layer.3.bias': torch.empty(512)}


@pytest.mark.parametrize('fourth_stage', [False, True])
def test_ir50_drops_what_orsanet_never_uses(fourth_stage: bool) -> None:
    published = published_ir50(fourth_stage)
    result = convert('ir50', published)
    assert result.complete
    assert result.model == dict(type='IRNet', arch='ir50')
    backbone = MODELS.build(result.model)
    backbone.load_state_dict(result.state_dict)
    assert torch.equal(backbone.body[20].res_layer[1].weight, published['body.20.res_layer.1.weight'])
    assert len(result.dropped) == (2 if fourth_stage else 1)
    embedding = next(names for reason, names in result.dropped.items() if 'embedding' in reason)
    trained = [n for n in embedding if not n.endswith(('running_mean', 'running_var', 'num_batches_tracked'))]
    assert sum(published[name].numel() for name in trained) == 2 * 512 + (25088 * 512 + 512) + 2 * 512
    assert '12.85' in report(result, published)


def test_ir_of_another_depth() -> None:
    arch = dict(stem=64, units=(1, 2, 3), channels=(64, 128, 256))
    state = MODELS.build(dict(type='IRNet', arch=arch)).state_dict()
    result = convert('ir50', state)
    assert result.complete
    assert result.model['arch'] == arch


def test_every_parameter_is_accounted_for(landmarks: dict[str, torch.Tensor]) -> None:
    published = dict(landmarks)
    lost = published.pop('conv_5.model.0.conv.conv.weight')
    published['extra.weight'] = lost
    published['conv1.conv.weight'] = torch.zeros(64, 3, 5, 5)
    result = convert('mobilefacenet', published)
    assert not result.complete
    assert result.missing == ['conv_5.model.0.conv.conv.weight']
    assert result.unexplained == ['extra.weight']
    assert result.misshapen == ['conv1.conv.weight: (64, 3, 5, 5) instead of (64, 3, 3, 3)']
    text = report(result, published)
    assert all(word in text for word in ('extra.weight', 'conv_5.model.0.conv.conv.weight', '(64, 3, 5, 5)'))


def test_two_parameters_cannot_become_one(landmarks: dict[str, torch.Tensor]) -> None:
    published = landmarks | {'old.conv1.conv.weight': torch.zeros(64, 3, 3, 3)}
    result = translate(published, Layout(dict(type='MobileFaceNet'), [(r'old\.', '')]))
    assert result.unexplained == ['old.conv1.conv.weight']


def test_counters_that_folded_files_lack_are_filled(landmarks: dict[str, torch.Tensor]) -> None:
    published = {name: value for name, value in landmarks.items() if not name.endswith('num_batches_tracked')}
    result = convert('mobilefacenet', published)
    assert result.complete
    assert len(result.filled) == len(landmarks) - len(published) > 0
    MODELS.build(result.model).load_state_dict(result.state_dict)


def test_other_numbers_of_landmarks_and_input_sizes_are_read_from_the_file() -> None:
    model = dict(type='MobileFaceNet', num_landmarks=5, input_size=64)
    assert convert('mobilefacenet', MODELS.build(model).state_dict()).model == model


@pytest.mark.parametrize('encoder', ['mobilenet_v3_large', 'swin_v2_tiny'])
def test_segface_encoders_are_recognised_and_class_tokens_joined(encoder: str) -> None:
    ours = MODELS.build(dict(type='SegFace', encoder=encoder)).state_dict()
    published = {}
    for name, value in ours.items():
        if name == 'face_decoder.class_tokens.weight':
            published.update({f'face_decoder.{token}_token.weight': value[i : i + 1] for i, token in enumerate(TOKENS)})
        else:
            published[name.replace('backbone.', 'backbone.0.', 1) if encoder.startswith('swin') and name[:9] == 'backbone.' else name] = (
                value
            )
    result = convert('segface', published)
    assert result.complete
    assert result.model['encoder'] == encoder
    assert result.state_dict.keys() == ours.keys()
    assert all(torch.equal(value, ours[name]) for name, value in result.state_dict.items())


def test_a_file_of_another_kind_is_named(landmarks: dict[str, torch.Tensor]) -> None:
    for kind in ('orsanet', 'ir50', 'segface'):
        with pytest.raises(ValueError, match=f'no {kind} file'):
            convert(kind, landmarks)
    with pytest.raises(ValueError, match='no mobilefacenet file'):
        convert('mobilefacenet', published_ir50(False))
    with pytest.raises(ValueError, match='choose one of'):
        convert('vit', landmarks)


@pytest.fixture(scope='module')
def small_orsanet(shared: Path) -> dict[str, torch.Tensor]:
    """A small ORSANet with 8 classes in published names, zeros but for the outputs."""
    keys = json.loads((shared / 'fixtures' / 'orsanet_large_7cls.keys.json').read_text())['keys']
    keys = {name: shape for name, shape in keys.items() if not any(f'blocks.{i}.' in name for i in (4, 5, 6, 7) if 'pyramid_fuse' in name)}
    state = {name: torch.zeros(()).expand(shape) for name, shape in keys.items()}  # takes no memory
    return state | {'head.linear.weight': torch.arange(8.0)[:, None].expand(8, 512), 'head.linear.bias': torch.arange(8.0)}


def test_orsanets_size_is_read_from_the_file(small_orsanet: dict[str, torch.Tensor]) -> None:
    result = convert('orsanet', small_orsanet)
    assert result.complete
    assert result.model['interaction']['size'] == 4
    assert result.model['head']['num_classes'] == 8
    assert result.classes is None
    assert result.state_dict['head.fc.bias'].tolist() == list(range(8))


def test_outputs_are_put_into_the_librarys_order(small_orsanet: dict[str, torch.Tensor]) -> None:
    result = convert('orsanet', small_orsanet, labels='occlu-fer8')
    assert result.classes == EXPRESSIONS_8
    assert [LABEL_ORDERS['occlu-fer8'][int(i)] for i in result.state_dict['head.fc.bias']] == list(EXPRESSIONS_8)
    assert torch.equal(result.state_dict['head.fc.weight'][:, 0], result.state_dict['head.fc.bias'])
    with pytest.raises(ValueError, match='7 classes'):
        convert('orsanet', small_orsanet, labels='rafdb')


def test_occlu_fer_without_contempt(small_orsanet: dict[str, torch.Tensor]) -> None:
    seven = small_orsanet | {name: small_orsanet[name][:7] for name in ('head.linear.weight', 'head.linear.bias')}
    result = convert('orsanet', seven, labels='occlu-fer7')
    assert result.classes == EXPRESSIONS_7
    assert result.state_dict['head.fc.bias'].tolist() == [6, 2, 1, 3, 5, 0, 4]  # folders AN DI FE HA NE SA SU
    with pytest.raises(ValueError, match='8 classes'):
        convert('orsanet', seven, labels='occlu-fer8')


def test_label_orders_name_every_expression_once() -> None:
    assert LABEL_ORDERS['rafdb'] == EXPRESSIONS_7
    for order in LABEL_ORDERS.values():
        assert sorted(order) == sorted(EXPRESSIONS_7 if len(order) == 7 else EXPRESSIONS_8)


def published_mae(decoder: bool) -> dict[str, torch.Tensor]:
    """A small masked autoencoder's file in published names: 2x2 patches of 4 pixels."""
    decoder_config = dict(type='MaskedViTDecoder', grid=2, patch_size=4, in_dims=64, embed_dims=32, depth=2, num_heads=16)
    encoder = MODELS.build(dict(type='MaskedViT', img_size=8, patch_size=4, embed_dims=64, depth=3, num_heads=1)).state_dict()
    inside = {f'decoder_{name}': value for name, value in MODELS.build(decoder_config).state_dict().items()} if decoder else {}
    if decoder:
        inside['mask_token'] = inside.pop('decoder_mask_token')
    return encoder | inside


def test_a_masked_autoencoder_with_its_decoder() -> None:
    result = convert('mae', published_mae(decoder=True), norm_pix=True)
    assert result.complete
    assert result.state_dict['norm_pix'] == 1
    assert convert('mae', published_mae(decoder=True)).state_dict['norm_pix'] == 0
    assert result.model['encoder']['depth'] == 3
    assert result.model['decoder'] == dict(type='MaskedViTDecoder', grid=2, patch_size=4, in_dims=64, embed_dims=32, depth=2, num_heads=16)
    MODELS.build(result.model).load_state_dict(result.state_dict)


def test_an_encoder_alone_serves_as_latent_prior(tmp_path: Path) -> None:
    published = published_mae(decoder=False)
    result = convert('mae', published)
    assert result.complete
    assert result.model['type'] == 'MaskedViT'
    torch.save(dict(state_dict=result.state_dict), tmp_path / 'encoder.pth')
    prior = MODELS.build(
        dict(type='LatentPrior', network=result.model, input_format=dict(size=8), checkpoint=str(tmp_path / 'encoder.pth'))
    )
    prior.init_weights()
    assert torch.equal(prior.network.cls_token, published['cls_token'])
    with pytest.raises(ValueError, match='norm_pix'):
        convert('mae', published, norm_pix=True)


def test_a_format_may_join_several_state_dicts(monkeypatch: pytest.MonkeyPatch) -> None:
    format_ = ModuleType('two_parts')
    format_.tensors = lambda checkpoint: checkpoint['one'] | checkpoint['two']  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, 'two_parts', format_)
    monkeypatch.setitem(KINDS, 'two_parts', 'two_parts')
    a, b = {'a': torch.zeros(1)}, {'b': torch.ones(1)}
    assert tensors_in({'one': a, 'two': b}, 'two_parts', 'x.pth') == a | b
    assert tensors_in({'state_dict': a}, 'ir50', 'x.pth') == a
    with pytest.raises(ValueError, match=r'x\.pth: this is no two_parts file: it has no two'):
        tensors_in({'one': a}, 'two_parts', 'x.pth')
    with pytest.raises(ValueError, match=r'x\.pth: no parameters found'):
        tensors_in({'one': 1}, 'ir50', 'x.pth')
    with pytest.raises(ValueError, match="kind='ir51'"):
        tensors_in({'state_dict': a}, 'ir51', 'x.pth')
