import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from mmengine.config import Config
from torch import nn

import ofer
from ofer import shipped
from ofer.compat import UnsafeCheckpointError

MODEL = {
    'type': 'ImageClassifier',
    'backbone': {'type': 'ResNet', 'depth': 18, 'stem_channels': 4, 'base_channels': 4},
    'neck': {'type': 'GlobalAveragePooling'},
    'head': {'type': 'LinearClsHead', 'in_channels': 32, 'num_classes': 3, 'loss': {'type': 'CrossEntropyLoss'}},
}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    model = ofer.get_model({'model': MODEL})
    torch.nn.init.normal_(model.head.fc.weight)
    meta = {'dataset_meta': {'classes': ('fear', 'anger', 'disgust')}}
    torch.save({'meta': meta, 'state_dict': {f'module.{k}': v for k, v in model.state_dict().items()}}, tmp_path / 'weights.pth')
    return tmp_path / 'weights.pth'


def test_model_maps_images_to_logits_and_knows_its_classes(weights: Path) -> None:
    model = ofer.get_model({'model': MODEL}, weights)
    logits = model(torch.randn(2, 3, 32, 32), mode='tensor')
    assert logits.shape == (2, 3)
    assert not model.training
    assert model.classes == ('fear', 'anger', 'disgust')
    torch.testing.assert_close(model.head.fc.weight, torch.load(weights)['state_dict']['module.head.fc.weight'])


def test_without_weights_the_classes_are_unknown() -> None:
    assert ofer.get_model(Config({'model': MODEL})).classes is None


def test_from_a_file_and_from_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / '_base_').mkdir()
    (tmp_path / '_base_' / 'runtime.py').write_text("default_scope = 'ofer'")
    (tmp_path / 'tiny_rafdb.py').write_text(f"_base_ = '_base_/runtime.py'\nmodel = {MODEL}")
    monkeypatch.setattr(shipped, 'config_folder', lambda: tmp_path)
    monkeypatch.setattr(shipped, 'installed_projects', dict)
    assert ofer.list_models() == ['tiny_rafdb']
    assert ofer.list_models('*_fer2013') == []
    for key in ('tiny_rafdb', tmp_path / 'tiny_rafdb.py', str(tmp_path / 'tiny_rafdb.py')):
        assert type(ofer.get_model(key)).__name__ == 'ImageClassifier'
    with pytest.raises(ValueError, match=r"no model is called 'tiny_rafbd'. Did you mean tiny_rafdb?"):
        ofer.get_model('tiny_rafbd')
    with pytest.raises(ValueError, match=r"^no model is called 'xyz'. `ofer models` lists all"):
        ofer.get_model('xyz')


def test_every_name_is_a_config_of_the_checkout() -> None:
    names = ofer.list_models()
    files = (Path(ofer.__file__).parent.parent / 'configs').rglob('*.py')
    own = {path.stem for path in files if '_base_' not in path.parts and not path.stem.startswith('plan_')}
    assert own <= set(names)
    assert {path.stem for path in (Path(ofer.__file__).parent.parent / 'projects').glob('*/configs/*.py')} >= set(names) - own
    assert {'orsanet_rafdb', 'latent_ofer_svdd_kdef', 'resnet18_folder'} < set(names)  # whatever folder they are in
    assert set(ofer.list_models('resnet18_*')) < set(names)


def test_missing_and_unknown_parameters_are_listed_and_nothing_changes(weights: Path) -> None:
    content = torch.load(weights)
    state = content['state_dict']
    state['module.extra'] = state.pop('module.head.fc.bias')
    state['module.head.fc.weight'] = torch.zeros(4, 32)
    torch.save(content, weights)
    with pytest.raises(ValueError, match='does not fit') as error:
        ofer.get_model({'model': MODEL}, weights)
    lines = str(error.value).splitlines()
    assert lines[1:4] == [
        '  1 missing: head.fc.bias',
        '  1 unknown: extra',
        '  1 of another shape: head.fc.weight (4, 32) instead of (3, 32)',
    ]


def test_weights_that_state_their_own_model(tmp_path: Path, weights: Path) -> None:
    path = tmp_path / 'converted.pth'
    torch.save({**torch.load(weights), 'meta': {'model': MODEL}}, path)
    other = {**MODEL, 'head': {**MODEL['head'], 'num_classes': 4}}
    with pytest.raises(ValueError, match='states its own model') as error:
        ofer.get_model({'model': other}, path)
    _, remedy = str(error.value).split('fills:\n')
    names: dict = {'ofer': ofer}
    exec(dedent(remedy), names)  # the advice works as it stands
    assert names['model'].head.fc.weight.shape == (3, 32)
    with pytest.raises(ValueError, match='does not fit') as error:
        ofer.get_model({'model': other}, weights)
    assert 'own model' not in str(error.value)


def test_what_cannot_be_read(tmp_path: Path, weights: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'gone\.pth'):
        ofer.get_model({'model': MODEL}, 'gone.pth')
    with pytest.raises(FileNotFoundError, match=r'gone\.py'):
        ofer.get_model('gone.py')
    with pytest.raises(ValueError, match='has no model'):
        ofer.get_model({'optim_wrapper': {}})
    torch.save({'state_dict': {}, 'model': nn.Linear(1, 1)}, tmp_path / 'evil.pth')
    with pytest.raises(UnsafeCheckpointError, match=r'evil\.pth: refused'):
        ofer.get_model({'model': MODEL}, tmp_path / 'evil.pth')
    torch.save({'epoch': 3}, tmp_path / 'empty.pth')
    with pytest.raises(ValueError, match=r'empty\.pth: no parameters found'):
        ofer.get_model({'model': MODEL}, tmp_path / 'empty.pth')


def test_listing_does_not_wait_for_torch() -> None:
    code = "import sys, ofer; assert ofer.list_models(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, '-c', code], check=True)
