"""Weights packaged, and put into the package with a page about them."""

import json
from pathlib import Path

import pytest
import torch
from mmengine.registry import DefaultScope
from safetensors import safe_open

from ofer.apis.models import get_model
from ofer.apis.recognisers import load_recogniser
from ofer.engine.cards import ship, write_page
from ofer.engine.checkpoints.weights import load_weights
from ofer.engine.config import read_config
from ofer.engine.packaging import for_prediction, package
from ofer.registry import MODELS, SCOPE
from ofer.shipped import find_config
from ofer.weights import FOLDER, read_weights, write_weights

CARD = dict(title='A net.', data='none', licence='none', recipe='none', intended='tests', unfit='all else', config='demo_orsanet')


def written(folder: Path, name: str = 'net', size: int = 4, **card: object) -> None:
    folder.mkdir(exist_ok=True)
    write_weights(folder / f'{name}.safetensors', {'a': torch.zeros(size)}, {'model': dict(type='X'), 'config': 'demo_orsanet'})
    (folder / f'{name}.json').write_text(json.dumps(card))


def test_the_page_of_the_package_is_that_of_its_cards(tmp_path: Path) -> None:
    for path in FOLDER.glob('*.json'):
        (tmp_path / path.name).write_text(path.read_text())
    assert write_page(tmp_path).read_text() == (FOLDER / 'README.md').read_text(), 'run `ofer zoo ship`'


def test_new_weights_replace_old_ones_and_keep_their_texts(tmp_path: Path) -> None:
    package_folder = tmp_path / 'package'
    package_folder.mkdir()
    written(tmp_path / 'first', **CARD)
    [old] = ship(tmp_path / 'first', [], package_folder)
    measured = {'test': {'accuracy': 80.0, 'n': 100, 'ece': 1.25}, 'clean': {'nme_ocular': 7.5}}
    written(tmp_path / 'second', size=8, title='A larger net.', measured=measured, seeds=[0, 1, 2])
    [new] = ship(tmp_path / 'second', ['net'], package_folder)
    assert not old.exists()
    card = json.loads((package_folder / 'net.json').read_text())
    assert new.name == f'net-{card["sha256"][:8]}.safetensors'
    assert card['parameters'] == 8
    assert (card['title'], card['unfit']) == ('A larger net.', 'all else')
    page = (package_folder / 'README.md').read_text()
    assert '80.0 (71.1 to 86.7)' in page  # Wilson's interval of 80 of 100
    assert 'nme ocular' in page
    assert 'Seeds 0, 1, 2' in page
    assert '[`demo_orsanet`](../../configs/demo_orsanet.py)' in page


def test_what_is_not_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / 'package').mkdir()
    with pytest.raises(FileNotFoundError, match=r'has no \.safetensors'):
        ship(tmp_path / 'none', [], tmp_path / 'package')
    written(tmp_path / 'one', title='A net.')
    with pytest.raises(ValueError, match='lacks data, licence, recipe'):
        ship(tmp_path / 'one', [], tmp_path / 'package')
    written(tmp_path / 'one', **CARD, sha256='0' * 64)
    with pytest.raises(ValueError, match='the card of other weights'):
        ship(tmp_path / 'one', [], tmp_path / 'package')
    monkeypatch.setattr('ofer.engine.cards.LIMIT', 10)
    written(tmp_path / 'one', **CARD)
    with pytest.raises(ValueError, match='MB together'):
        ship(tmp_path / 'one', [], tmp_path / 'package')
    assert not list((tmp_path / 'package').iterdir())


def test_a_model_without_what_only_training_needs() -> None:
    model = dict(type='A', checkpoint='x', parts=[dict(type='B', augmentations=[1], size=3)])
    assert for_prediction(model) == dict(type='A', parts=[dict(type='B', size=3)])


def test_a_packaged_orsanet_answers_as_before_without_the_decoder_of_its_parser(tmp_path: Path) -> None:
    small = ['model.landmark_prior.network.width=0.25', 'model.interaction.landmark_channels=128', 'model.interaction.size=1']
    config = read_config(find_config('demo_orsanet'), small)
    with DefaultScope.overwrite_default_scope(SCOPE):
        model = MODELS.build(config.model).eval()
    meta = dict(dataset_meta=dict(classes=tuple('abcdefg')), seed=1, epoch=2, temperature=1.5, occlusion_thresholds=dict(mouth=0.2))
    torch.save(
        dict(
            meta=meta,
            state_dict={name: value.half().float() if value.is_floating_point() else value for name, value in model.state_dict().items()},
        ),
        tmp_path / 'o.pth',
    )
    facts = dict(aligner=dict(type='FER2013Aligner', size=64), pipeline=[])
    package(tmp_path / 'orsanet.safetensors', config, tmp_path / 'o.pth', facts, CARD)
    state, described = read_weights(tmp_path / 'orsanet.safetensors')
    assert not any(name.startswith('parsing_prior.network.face_decoder') for name in state)
    assert any(name.startswith('parsing_prior.network.backbone') for name in state)
    assert described['seed'] == 1
    recogniser = load_recogniser('default', tmp_path / 'orsanet.safetensors')
    assert (recogniser.classes, recogniser.temperature) == (tuple('abcdefg'), 1.5)
    assert recogniser.occlusion_thresholds == dict(mouth=0.2)
    model.load_state_dict(torch.load(tmp_path / 'o.pth')['state_dict'])
    inputs = torch.randn(2, 3, 64, 64)
    with DefaultScope.overwrite_default_scope(SCOPE):
        tested = MODELS.build(config.model).eval()
    load_weights(tested, tmp_path / 'orsanet.safetensors')  # as `ofer test` does
    with torch.no_grad():
        for read in (recogniser.model, tested):
            torch.testing.assert_close(read(inputs, mode='tensor'), model(inputs, mode='tensor'))


def test_an_encoder_of_two_stages_is_packaged_once(tmp_path: Path) -> None:
    only_training = [f'model.inpainter.model.{part}=None' for part in ('discriminators', 'semantic')]
    config = read_config(find_config('latent_ofer_48_ferplus'), only_training)
    with DefaultScope.overwrite_default_scope(SCOPE):
        model = MODELS.build(config.model).eval()
    encoders = model.inpainter.model.coarse.encoder, model.classifier.model.encoder.network
    encoders[1].load_state_dict(encoders[0].state_dict())
    model.half().float()
    torch.save(dict(meta=dict(dataset_meta=dict(classes=tuple('abcdefgh'))), state_dict=model.state_dict()), tmp_path / 'l.pth')
    package(tmp_path / 'l.safetensors', config, tmp_path / 'l.pth', {}, CARD)
    with safe_open(str(tmp_path / 'l.safetensors'), framework='pt') as file:
        assert 'classifier.model.encoder.network.blocks.0.attn.qkv.weight' not in file.keys()  # noqa: SIM118
    assert (tmp_path / 'l.safetensors').stat().st_size <= 5_400_000
    with DefaultScope.overwrite_default_scope(SCOPE):
        tested = MODELS.build(config.model)
    load_weights(tested, tmp_path / 'l.safetensors')
    for read in (get_model(config, tmp_path / 'l.safetensors').state_dict(), tested.state_dict()):
        for name, value in model.state_dict().items():
            torch.testing.assert_close(read[name], value, equal_nan=True)  # a detector without a centre
