"""Weights by name: of the package, from an index, from a URL, for a machine without the web."""

import hashlib
import json
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import torch

import ofer
from ofer.apis import named_weights
from ofer.apis.named_weights import OWN_INDEX, pretrained, remote_weights, weights_file
from ofer.engine.checkpoints.weights import load_weights
from ofer.engine.processes.launch import UsageError
from ofer.weights import SHIPPED, read_cards, read_weights, shipped_file, write_weights


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OFER_HOME', str(tmp_path / 'home'))
    for name in ('OFER_OFFLINE', OWN_INDEX):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server with another recogniser, in an index of its own."""
    (tmp_path / 'web').mkdir()
    state, meta = read_weights(shipped_file('recogniser'))
    sha256 = write_weights(tmp_path / 'web' / 'other.safetensors', state, {**meta, 'temperature': 2.0})

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path / 'web'))  # type: ignore[arg-type]

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(('127.0.0.1', 0), Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f'http://127.0.0.1:{server.server_port}/other.safetensors'
        index = tmp_path / 'index.json'
        index.write_text(json.dumps({'other': {'urls': [url], 'sha256': sha256}}))
        monkeypatch.setenv(OWN_INDEX, str(index))
        yield f'{url}#sha256={sha256}'
        server.shutdown()


def test_names_of_weights() -> None:
    assert pretrained()[: len(SHIPPED)] == list(SHIPPED)
    assert ofer.list_models('reco*', pretrained=True) == ['recogniser']
    assert 'recogniser' not in ofer.list_models()
    assert weights_file('landmarks') == shipped_file('landmarks')
    assert weights_file('a/path.pth') == Path('a/path.pth')


def test_weights_of_the_package_have_one_name_wherever_a_checkpoint_is_read() -> None:
    assert weights_file('ofer::landmarks') == shipped_file('landmarks')
    model = ofer.get_model('default')
    assert model.classes == ofer.get_model('recogniser', 'ofer::recogniser').classes
    before = {name: value.clone() for name, value in model.state_dict().items()}
    torch.nn.init.zeros_(model.head.fc.weight)
    load_weights(model, 'ofer::recogniser')
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    with pytest.raises(FileNotFoundError, match=r'recogniser: no such checkpoint\. The weights of the package are called ofer::recogniser'):
        load_weights(model, 'recogniser')


def test_default_weights_of_a_model() -> None:
    model = ofer.get_model('recogniser', weights='default')
    state, meta = read_weights(shipped_file('recogniser'))
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert model.classes == tuple(meta['classes'])
    assert not torch.equal(ofer.get_model('recogniser').state_dict()['head.fc.weight'], state['head.fc.weight'])
    config = read_cards(shipped_file('recogniser').parent)['recogniser']['config']
    assert ofer.get_model(config, weights='default').classes == model.classes
    with pytest.raises(ValueError, match='none come with the package for orsanet_rafdb'):
        ofer.get_model('orsanet_rafdb', weights='default')


def test_every_file_of_the_package_states_its_model() -> None:
    for name in SHIPPED:
        assert sum(value.numel() for value in ofer.get_model(name, weights='default').state_dict().values()) > 10_000


def test_by_name_from_the_web_once(web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'other' in ofer.list_models(pretrained=True)
    inferencer = ofer.FERInferencer('other', detector=None, landmarks=None)
    assert inferencer.answering.recogniser.temperature == 2.0
    [file] = (tmp_path / 'home').iterdir()
    assert file.name.startswith('other-')
    monkeypatch.setenv('OFER_OFFLINE', '1')
    assert weights_file('other') == file  # from the cache
    file.write_bytes(b'damaged')
    with pytest.raises(FileNotFoundError, match='OFER_OFFLINE forbids'):
        weights_file('other')


def test_by_url_with_its_hash(web: str) -> None:
    file = weights_file(web)
    assert file.suffix == '.safetensors'
    assert hashlib.sha256(file.read_bytes()).hexdigest() == web.partition('#sha256=')[2]
    with pytest.raises(ValueError, match='add #sha256=HASH'):
        weights_file(web.partition('#')[0])
    with pytest.raises(FileNotFoundError, match='could not be downloaded'):
        weights_file(web[:-4] + '0000')


def test_all_weights_for_a_machine_without_the_web(
    web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    from ofer.cli.main import parse

    def command(*words: str) -> None:
        args = parse(words)
        args.main(args)

    yunet = named_weights.Remote('yunet.onnx', tuple(remote_weights()['other'].urls), remote_weights()['other'].sha256)
    monkeypatch.setattr(named_weights, 'extras', lambda: {'yunet': yunet})
    command('download', '--all', '--to', str(tmp_path / 'copy'))
    names = {path.name for path in (tmp_path / 'copy').iterdir()}
    assert names == {*(shipped_file(name).name for name in SHIPPED), remote_weights()['other'].file, 'yunet.onnx'}
    assert 'MB' in capsys.readouterr().out
    monkeypatch.setenv('OFER_HOME', str(tmp_path / 'copy'))
    monkeypatch.setenv('OFER_OFFLINE', '1')
    assert weights_file('other').parent == tmp_path / 'copy'
    with pytest.raises(ValueError, match="no weights are called 'nothing'"):
        command('download', 'nothing')
    with pytest.raises(UsageError, match='name weights, or give --all'):
        command('download')


@pytest.mark.parametrize('content', ['{', '{"a": 5}', '{"a": {"urls": []}}', '{"a": {"urls": [], "sha256": "0"}}'])
def test_an_index_that_cannot_be_read(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OWN_INDEX, str(tmp_path / 'i.json'))
    with pytest.raises(FileNotFoundError, match=r'i\.json: no such index'):
        remote_weights()
    (tmp_path / 'i.json').write_text(content)
    with pytest.raises(ValueError, match=r'i\.json: expected'):
        remote_weights()


def test_models_command(capsys: pytest.CaptureFixture) -> None:
    from ofer.cli.main import parse

    args = parse(['models', '--pretrained'])
    args.main(args)
    assert 'landmarks' in capsys.readouterr().out
