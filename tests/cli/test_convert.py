"""``ofer convert``: what it writes, what it refuses, and its exit status."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import ofer
from ofer import compat
from ofer.convert.renaming import Conversion
from ofer.registry import MODELS


@pytest.fixture(scope='module')
def weights() -> dict[str, torch.Tensor]:
    return MODELS.build(dict(type='MobileFaceNet', input_size=32)).state_dict()


@pytest.mark.parametrize('wrapper', ['state_dict', 'model_state_dict', 'state_dict_backbone', 'model', None])
@pytest.mark.parametrize('prefix', ['', 'module.'])
def test_wrappers_and_prefix(status: Callable, wrapper: str | None, prefix: str, weights: dict[str, torch.Tensor], tmp_path: Path) -> None:
    content = {prefix + name: value for name, value in weights.items()}
    torch.save({wrapper: content, 'epoch': 3} if wrapper else content, tmp_path / 'in.pth')
    assert status('convert', 'mobilefacenet', tmp_path / 'in.pth', tmp_path / 'new' / 'out.pth') == 0
    written = compat.load_checkpoint(tmp_path / 'new' / 'out.pth')
    assert written['meta']['model'] == dict(type='MobileFaceNet', num_landmarks=68, input_size=32)
    assert written['state_dict'].keys() == weights.keys()
    assert [path.name for path in (tmp_path / 'new').iterdir()] == ['out.pth']


def test_what_it_wrote_states_its_model_and_serves_a_prior(status: Callable, weights: dict[str, torch.Tensor], tmp_path: Path) -> None:
    torch.save(weights, tmp_path / 'in.pth')
    assert status('convert', 'mobilefacenet', tmp_path / 'in.pth', tmp_path / 'out.pth') == 0
    stated = ofer.get_model(compat.load_checkpoint(tmp_path / 'out.pth')['meta'], tmp_path / 'out.pth')
    assert torch.equal(stated.conv1.conv.weight, weights['conv1.conv.weight'])
    network = dict(type='MobileFaceNet', input_size=32)
    prior = MODELS.build(dict(type='LandmarkPrior', network=network, checkpoint=str(tmp_path / 'out.pth')))
    prior.init_weights()
    assert torch.equal(prior.network.conv1.conv.weight, weights['conv1.conv.weight'])


def test_nothing_is_written_while_something_is_unexplained(
    status: Callable, weights: dict[str, torch.Tensor], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    torch.save(weights | {'surprise.weight': torch.zeros(3)}, tmp_path / 'in.pth')
    assert status('convert', 'mobilefacenet', tmp_path / 'in.pth', tmp_path / 'out.pth') == 1
    assert not (tmp_path / 'out.pth').exists()
    out = capsys.readouterr()
    assert 'surprise.weight' in out.out
    assert 'was not written' in out.err


class Runs:
    """Pickles into something that would run on reading."""

    def __reduce__(self) -> tuple:
        return print, ('this must not run',)


def test_files_that_are_refused(status: Callable, weights: dict[str, torch.Tensor], tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert status('convert', 'mobilefacenet', tmp_path / 'nowhere.pth', tmp_path / 'out.pth') == 1
    assert 'nowhere.pth' in capsys.readouterr().err
    torch.save(dict(state_dict=weights, more=Runs()), tmp_path / 'evil.pth')
    assert status('convert', 'mobilefacenet', tmp_path / 'evil.pth', tmp_path / 'out.pth') == 1
    out = capsys.readouterr()
    assert 'evil.pth' in out.err
    assert 'this must not run' not in out.out
    (tmp_path / 'torn.pth').write_bytes(b'PK\x03\x04 torn')
    assert status('convert', 'mobilefacenet', tmp_path / 'torn.pth', tmp_path / 'out.pth') == 1
    assert 'torn.pth' in capsys.readouterr().err
    torch.save(weights, tmp_path / 'in.pth')
    assert status('convert', 'segface', tmp_path / 'in.pth', tmp_path / 'out.pth') == 1
    assert 'no segface file' in capsys.readouterr().err
    assert not (tmp_path / 'out.pth').exists()


def test_a_target_that_cannot_be_written(
    status: Callable, weights: dict[str, torch.Tensor], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    torch.save(weights, tmp_path / 'in.pth')
    assert status('convert', 'mobilefacenet', tmp_path / 'in.pth', tmp_path) == 1
    assert capsys.readouterr().err == f'error: {tmp_path}: could not be written: Is a directory. What was there before is untouched.\n'


@pytest.mark.parametrize(('options', 'classes'), [([], None), (['--labels', 'rafdb'], ('surprise', 'fear'))])
def test_outputs_without_names_are_warned_of(
    status: Callable,
    options: list[str],
    classes: tuple[str, ...] | None,
    weights: dict[str, torch.Tensor],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    torch.save(weights, tmp_path / 'in.pth')
    result = Conversion(dict(type='ORSANet'), weights, {name: name for name in weights}, {}, [], [], [], [], classes, outputs=('conv1',))
    monkeypatch.setattr('ofer.convert.published.convert', lambda *arguments: result)
    assert status('convert', 'orsanet', tmp_path / 'in.pth', tmp_path / 'out.pth', *options) == 0
    out = capsys.readouterr().out
    assert ('WARNING      outputs stay in the order of the file' in out) == (classes is None)
    assert ('outputs      surprise, fear' in out) == (classes is not None)


def test_labels_are_for_recognisers(
    status: Callable, weights: dict[str, torch.Tensor], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    torch.save(weights, tmp_path / 'in.pth')
    assert status('convert', 'mobilefacenet', tmp_path / 'in.pth', tmp_path / 'out.pth', '--labels', 'rafdb') == 1
    assert "labels='rafdb' are for recognisers of expressions, and this file holds a MobileFaceNet" in capsys.readouterr().err
    assert status('convert', 'mobilefacenet', tmp_path / 'in.pth', tmp_path / 'out.pth', '--norm-pix') == 1
    assert '--norm-pix goes with mae, not with mobilefacenet' in capsys.readouterr().err


def test_help_is_quick() -> None:
    start = time.monotonic()
    done = subprocess.run([sys.executable, '-m', 'ofer', 'convert', '--help'], capture_output=True, text=True, check=True)
    assert time.monotonic() - start < 1
    assert 'mobilefacenet' in done.stdout
    assert "ofer.get_model(ofer.compat.load_checkpoint(DST)['meta'], DST)" in done.stdout  # as the README says


def test_real_landmark_weights(status: Callable, shared: Path, tmp_path: Path) -> None:
    source = shared / 'weights' / 'mobilefacenet_68.pth'
    assert status('convert', 'mobilefacenet', source, tmp_path / 'out.pth') == 0
    before, after = compat.load_checkpoint(source)['state_dict'], compat.load_checkpoint(tmp_path / 'out.pth')['state_dict']
    assert all(torch.equal(after[name], value) for name, value in before.items())
